from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.langgraph import ADAPTER
from adapters.native import ADAPTER as NATIVE
from conductor_core.run import Start
from tests.unit.adapters.langgraph.melodies import (
    Stand,
    arm,
    branch,
    for_each,
    melody,
    play,
    set_,
    skipping,
    step,
    when,
)
from workflow_ir.policy import Policy, Retry, SucceedIf
from workflow_ir.result import RunResult, RunStatus, StepStatus
from workflow_ir.workflow import WorkflowIR

STARTS: tuple[Start, Start] = ("eager", "graph")
both_starts = pytest.mark.parametrize("start", STARTS)


def run(ir: WorkflowIR, stand: Stand | None = None, *, start: Start, **inputs: Any) -> RunResult:
    context = (stand or Stand()).context()
    return asyncio.run(ADAPTER.execute(ADAPTER.compile(ir), inputs, context, start=start))


def twice(ir: WorkflowIR, start: Start, **inputs: Any) -> RunResult:
    """Run it here and on the native backend; both must tell the same."""
    here = run(ir, start=start, **inputs)
    native = asyncio.run(NATIVE.execute(NATIVE.compile(ir), inputs, Stand().context(), start=start))
    assert here.normal_form() == native.normal_form()
    if here.status is not RunStatus.FAILED:  # a graph that failed may be left early
        assert here.entries == native.entries
    return here


def route(result: str | None = "steps.x.output") -> WorkflowIR:
    fast = arm(
        "fast",
        "inputs.n > 1",
        step("route.fast.x", set_("steps.a.output + 1"), "a"),
        step("route.fast.y", play(v="1")),
        result=result,
    )
    slow = arm("slow", "inputs.n == 1", result="'slow'")
    return melody(
        step("a", set_("inputs.n")),
        step("route", branch(fast, slow), "a"),
        step("after", set_("default(steps.route.output, 'none')"), "route", "a"),
        got="steps.after.output",
    )


@both_starts
def test_a_sequence_and_a_diamond_give_the_outputs_and_enter_each_node_once(start: Start) -> None:
    ir = melody(
        step("a", play(v="inputs.n")),
        step("left", set_("steps.a.output.v + 1"), "a"),
        step("right", set_("steps.a.output.v * 2"), "a"),
        step("end", set_("[steps.left.output, steps.right.output]"), "left", "right"),
        end="steps.end.output",
    )
    result = twice(ir, start, n=3)
    assert result.outputs == {"end": [4, 6]}
    assert result.status is RunStatus.SUCCEEDED
    assert result.backend == "langgraph"
    assert result.entries == {"a": 1, "left": 1, "right": 1, "end": 1}


@both_starts
@pytest.mark.parametrize(("n", "got"), [(0, "none"), (1, "slow"), (5, 6)])
def test_a_branch_takes_one_arm_or_none_and_its_join_fires_all_the_same(
    start: Start, n: int, got: Any
) -> None:
    result = twice(route(), start, n=n)
    assert result.outputs == {"got": got}
    entered = {name for name, times in result.entries.items() if times}
    assert {"route", "route~join", "after"} <= entered
    assert ("route.fast.y" in entered) == (n == 5)
    assert ("route.slow" in entered) == (n == 1)


@both_starts
def test_a_skipped_branch_goes_straight_to_its_join(start: Start) -> None:
    inner = branch(arm("one", None, step("b.one.x", set_("1")), result="steps.x.output"))
    ir = melody(step("b", when("inputs.n > 0", inner)), b="default(steps.b.output, 'skipped')")
    result = twice(ir, start, n=0)
    assert result.outputs == {"b": "skipped"}
    assert result.steps["b"].status is StepStatus.SKIPPED


@both_starts
def test_nested_branches_are_entered_arm_by_arm(start: Start) -> None:
    inner = branch(arm("deep", None, step("o.in.i.deep.z", set_("7")), result="steps.z.output + 1"))
    outer = branch(arm("in", None, step("o.in.i", inner), result="steps.i.output"))
    result = twice(melody(step("o", outer), o="steps.o.output"), start)
    assert result.outputs == {"o": 8}
    assert set(result.entries) == {
        "o", "o.in", "o.in.i", "o.in.i.deep", "o.in.i.deep.z", "o.in.i~join", "o~join",
    }  # fmt: skip


@both_starts
def test_a_map_keeps_its_own_limit_and_the_order_of_its_items(start: Start) -> None:
    stand = Stand()
    ir = melody(
        step("m", for_each("range(6)", play("nap", s="0.1"), concurrency=2)), m="steps.m.output"
    )
    result = run(ir, stand, start=start)
    assert result.outputs["m"] == [f"m[{index}]" for index in range(6)]
    assert stand.players.most == 2
    assert stand.elapsed == 0.3


@both_starts
def test_a_map_over_an_empty_list_succeeds_and_what_follows_runs(start: Start) -> None:
    ir = melody(
        step("m", for_each("[]", play(v="item"))),
        step("after", set_("len(steps.m.output)"), "m"),
        n="steps.after.output",
    )
    assert twice(ir, start).outputs == {"n": 0}


@both_starts
def test_any_cancels_the_other_items_once_one_has_succeeded(start: Start) -> None:
    stand = Stand()
    each = for_each("[9, 0.1, 9]", play("nap", s="item"), succeed_if=SucceedIf(kind="any"))
    result = run(melody(step("m", each), m="steps.m.output"), stand, start=start)
    assert result.outputs == {"m": [None, "m[1]", None]}
    assert result.status is RunStatus.SUCCEEDED
    assert stand.players.going.total() == 0
    assert stand.elapsed == 0.1


@both_starts
@pytest.mark.parametrize(("percent", "status"), [(50, RunStatus.DEGRADED), (80, RunStatus.FAILED)])
def test_a_threshold_tolerates_failed_items_or_fails_the_run(
    start: Start, percent: float, status: RunStatus
) -> None:
    enough = SucceedIf(kind="percent", percent=percent)
    each = for_each("['ok', 'bad', 'ok']", play("fail_on_bad", x="item"), succeed_if=enough)
    result = twice(melody(step("m", each), m="default(steps.m.output, null)"), start)
    assert result.status is status


@both_starts
def test_a_map_over_a_branch_runs_a_graph_of_its_own_for_each_item(start: Start) -> None:
    odd = arm("odd", "item % 2 == 1", step("m.odd.p", play(i="item")), result="steps.p.output.i")
    even = arm(
        "even",
        None,
        step("m.even.q", for_each("[item, item]", play(z="item", i="index"))),
        result="steps.q.output",
    )
    ir = melody(step("m", for_each("[1, 2]", branch(odd, even))), m="steps.m.output")
    result = twice(ir, start)
    assert result.outputs == {"m": [1, [{"z": 2, "i": 0}, {"z": 2, "i": 1}]]}
    assert result.entries["m[0]/m.odd.p"] == 1
    assert result.entries["m[1]/m~join"] == 1


@both_starts
def test_a_failed_item_ends_its_own_graph_only(start: Start) -> None:
    verb = branch(
        arm("one", "item == 1", step("m.one.x", play("fail")), step("m.one.y", play("nap", s="5"))),
        arm("else", None, step("m.else.z", play(i="item")), result="steps.z.output.i"),
    )
    each = for_each("[1, 2]", verb, succeed_if=SucceedIf(kind="count", count=1))
    stand = Stand()
    result = run(melody(step("m", each), m="steps.m.output"), stand, start=start)
    assert result.outputs == {"m": [None, 2]}
    assert result.steps["m[0].one.x"].status is StepStatus.FAILED
    assert stand.players.going.total() == 0


@both_starts
def test_a_failure_cancels_its_siblings_and_awaits_them(start: Start) -> None:
    stand = Stand()
    ir = melody(
        step("bad", play("fail")), step("long", play("forever")), step("never", set_("1"), "bad")
    )
    result = run(ir, stand, start=start)
    assert result.status is RunStatus.FAILED
    assert result.error is not None
    assert result.error.code == "output.refused"
    assert result.failed_step == "bad"
    assert stand.players.going.total() == 0
    assert result.steps["never"].status is StepStatus.PENDING


@both_starts
def test_independent_steps_finish_where_the_policy_says_so(start: Start) -> None:
    ir = melody(
        step("bad", play("fail")),
        step("reader", set_("steps.bad.output"), "bad"),
        step("other", play("nap", s="1")),
        on_step_failure="finish_independent",
        other="steps.other.output",
    )
    result = twice(ir, start)
    assert result.status is RunStatus.FAILED
    assert result.outputs == {"other": "other"}
    assert result.steps["reader"].status is StepStatus.CANCELLED


@both_starts
def test_retries_and_gaps_are_the_conductors_and_the_graph_goes_on(start: Start) -> None:
    patient = Policy(retry=Retry(max_attempts=2))
    ir = melody(
        step("u", play("unsteady", policy=patient)),
        step("gap", skipping(play("fail"))),
        step("end", set_("default(steps.gap.output, 'gap')"), "gap", "u"),
        u="steps.u.output",
        end="steps.end.output",
    )
    result = twice(ir, start)
    assert result.outputs == {"u": "in the end", "end": "gap"}
    assert result.steps["u"].status is StepStatus.RECOVERED
    assert [gap.step for gap in result.gaps] == ["gap"]


@both_starts
def test_a_cancelled_caller_leaves_nothing_running(start: Start) -> None:
    stand = Stand()
    compiled = ADAPTER.compile(melody(step("a", play("forever")), step("b", play("forever"))))

    async def scenario() -> set[asyncio.Task[Any]]:
        task = asyncio.ensure_future(ADAPTER.execute(compiled, {}, stand.context(), start=start))
        await asyncio.sleep(0.1)
        assert stand.players.going.total() == 2
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(scenario()) == set()
    assert stand.players.going.total() == 0


def test_one_compiled_graph_serves_several_runs_at_the_same_time() -> None:
    compiled = ADAPTER.compile(route())

    async def scenario() -> list[RunResult]:
        runs = (
            ADAPTER.execute(compiled, {"n": n}, Stand().context(), start=start)
            for n in (0, 1, 5)
            for start in STARTS
        )
        return await asyncio.gather(*runs)

    got = [result.outputs["got"] for result in asyncio.run(scenario())]
    assert got == ["none", "none", "slow", "slow", 6, 6]


def test_items_beyond_the_number_of_tasks_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.langgraph.places.MOST_TASKS", 2)
    inner = branch(arm("it", None, step("m.it.p", play(i="item")), result="steps.p.output.i"))
    result = run(melody(step("m", for_each("range(5)", inner)), m="steps.m.output"), start="graph")
    assert result.outputs == {"m": [0, 1, 2, 3, 4]}
