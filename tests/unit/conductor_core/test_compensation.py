"""A run that failed or was cancelled is undone, the last step first."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from conductor_core.failed import HostFault
from conductor_core.journal.memory import MemoryJournal
from conductor_core.run import Run, Start
from tests.unit.conductor_core.melodies import (
    ONCE,
    approval,
    call,
    fail,
    for_each,
    group,
    guarded,
    melody,
    parallel,
    play,
    player,
    set_,
    side,
    step,
    trying,
    when,
)
from tests.unit.conductor_core.stand import (
    Act,
    Stand,
    attempts,
    code,
    fails,
    forever,
    naps,
    statuses,
    until,
)
from workflow_ir.events import EventKind
from workflow_ir.policy import Budget, Policy, Rung
from workflow_ir.result import RunResult
from workflow_ir.steps import Compensate, Guard, Verb
from workflow_ir.taxonomy import Effects
from workflow_ir.workflow import WorkflowIR

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def undone(guard: Guard, by: Guard | Verb | None = None, **facts: Any) -> Guard:
    """The guard with what undoes it: by default the player `undo`, which is told the output."""
    undo = by or play("undo", output_="output")
    return guard.model_copy(update={"compensate": Compensate(body=undo), **facts})


def undoing(result: RunResult) -> dict[str, str]:
    return {path: status for path, status in statuses(result).items() if "~compensate" in path}


BAD = step("bad", play("bad"), "b")
CHAIN = (step("a", undone(play(n="1"))), step("b", undone(play(n="2")), "a"))


def failing(**acts: Act) -> Stand:
    return Stand({"bad": fails("http.400"), **acts})


@BOTH
def test_what_succeeded_is_undone_in_reverse_order_after_everything_has_ended(start: Start) -> None:
    stand = failing(slow=naps(50))
    result = stand.run(melody(*CHAIN, BAD, step("slow", play("slow"))), start)
    assert (result.status, code(result), result.failed_step) == ("failed", "http.400", "bad")
    assert stand.played[-2:] == ["b~compensate", "a~compensate"]
    assert list(result.steps)[-2:] == ["b~compensate", "a~compensate"]
    assert result.steps["b~compensate"].output == {"output_": {"n": 2}}
    order = [path for kind, path in stand.told(EventKind.STEP_FINISHED)]
    assert order.index("slow") < order.index("b~compensate")
    assert stand.told()[-1] == (EventKind.RUN_FINISHED, "")


@BOTH
def test_a_run_that_succeeds_or_pauses_is_not_undone(start: Start) -> None:
    assert undoing(Stand().run(melody(*CHAIN), start)) == {}
    paused = Stand().run(melody(*CHAIN, step("ok", approval(), "b")), start)
    assert (paused.status, undoing(paused)) == ("paused", {})


def test_a_run_that_fails_by_its_outputs_is_undone() -> None:
    result = Stand().run(melody(*CHAIN, out="steps.b.output.missing"))
    assert (result.status, list(undoing(result))) == ("failed", ["b~compensate", "a~compensate"])


def test_what_recovered_is_undone_and_what_failed_or_left_a_gap_or_was_skipped_is_not() -> None:
    stand = failing(
        hand=fails("http.503"),
        spare=naps(0, 1),
        committed=fails("http.400", effects=Effects.COMMITTED),
    )
    ir = melody(
        step("a", undone(play(policy=ONCE, on_failure=(Rung.FALLBACK,)))),
        step("b", undone(play("bad", on_failure=(Rung.SKIP,)))),
        step("c", when("false", undone(play()))),
        step("d", undone(play("committed")), "a", "b", "c"),
        players={"hand": player("spare"), "spare": player()},
    )
    assert undoing(stand.run(ir)) == {"a~compensate": "succeeded"}


def test_the_first_of_all_that_goes_on_is_undone_though_the_run_cancelled_the_rest() -> None:
    stand = failing(quick=naps(1), slow=naps(9), bad=naps(3))
    stand.acts["bad"] = naps(3)
    ir = melody(
        step("q", undone(play("quick"))),
        step("s", undone(play("slow"))),
        step("f", group(step("f.w", play("bad")), step("f.x", fail(), "f.w"))),
    )
    result = stand.run(ir)
    assert statuses(result)["s"] == "cancelled"
    assert undoing(result) == {"q~compensate": "succeeded"}


def test_a_failure_while_undoing_is_recorded_and_the_others_are_undone() -> None:
    stand = failing()
    stand.acts["b~compensate"] = fails("player.crash")
    result = stand.run(melody(*CHAIN, BAD))
    assert undoing(result) == {"b~compensate": "failed", "a~compensate": "succeeded"}
    assert (result.failed_step, code(result)) == ("bad", "http.400")
    assert attempts(result, "b~compensate") == ["undo player.crash fail"]


def test_the_expressions_of_what_undoes_may_be_at_fault() -> None:
    first = step("a", undone(play(n="1"), play("undo", x="output.missing")))
    result = failing().run(melody(first, CHAIN[1], BAD))
    assert undoing(result) == {"b~compensate": "succeeded", "a~compensate": "failed"}
    assert result.steps["a~compensate"].error is not None
    assert result.steps["a~compensate"].error.code == "expression.missing"


def test_undoing_has_retries_fallbacks_and_limits_of_its_own() -> None:
    by = play("undo", policy=trying(2, timeout_s=5, wall_s=6))
    stand = failing(undo=naps(60), spare=fails("http.503"))
    ir = melody(step("a", undone(play(), by)), step("bad", play("bad"), "a"),
                players={"undo": player("spare"), "spare": player()})  # fmt: skip
    result = stand.run(ir)
    assert attempts(result, "a~compensate") == [
        "undo timeout.attempt retry 1",
        "undo policy.wall_time fallback",
        "spare http.503 retry 1",
        "spare http.503 fail",
    ]


@pytest.mark.parametrize("budget", [Budget(usd=1), Budget(wall_s=2), Budget(attempts=1)])
def test_a_run_without_money_time_or_attempts_left_is_undone_all_the_same(budget: Budget) -> None:
    stand = Stand({"undo": naps(9)})
    players = {name: player(cost={"usd": 1}) for name in ("hand", "more", "undo")}
    stand.acts["more"] = naps(5)
    ir = melody(step("a", undone(play())), step("b", play("more"), "a"),
                players=players, budget=budget)  # fmt: skip
    result = stand.run(ir)
    assert code(result) in ("policy.budget", "policy.deadline")
    assert undoing(result) == {"a~compensate": "succeeded"}
    assert result.usage.usd == len(stand.played)


def test_a_budget_of_its_own_holds_while_undoing() -> None:
    by = play("undo", policy=Policy(budget=Budget(usd=1)))
    ir = melody(step("a", undone(play(), by)), step("bad", play("bad"), "a"),
                players={"undo": player(cost={"usd": 2})})  # fmt: skip
    result = failing().run(ir)
    assert result.steps["a~compensate"].error is not None
    assert result.steps["a~compensate"].error.code == "policy.budget"


@BOTH
def test_items_sides_and_scopes_are_undone_each_by_itself(start: Start) -> None:
    stand = failing()
    ir = melody(
        step("m", for_each("[1, 2]", undone(play(n="item"), play("undo", i="index", n="item")))),
        step("g", undone(guarded(group(step("g.a", undone(play())), result="7"))), "m"),
        step("p", parallel(side("l", step("p.l.a", undone(play())))), "g"),
        step("bad", play("bad"), "p"),
    )
    result = stand.run(ir, start)
    assert list(undoing(result)) == [
        "p.l.a~compensate", "g~compensate", "g.a~compensate", "m[1]~compensate", "m[0]~compensate",
    ]  # fmt: skip
    assert result.steps["m[1]~compensate"].output == {"i": 1, "n": 2}
    assert result.steps["g~compensate"].output == {"output_": 7}


def test_what_succeeded_in_a_scope_whose_failure_was_recovered_stays_while_the_run_succeeds() -> (
    None
):
    inside = group(step("g.a", undone(play())), step("g.b", play("bad"), "g.a"))
    scope = step("g", guarded(inside, on_failure=(Rung.SKIP,)))
    assert undoing(failing().run(melody(scope))) == {}
    result = failing().run(melody(scope, step("bad", play("bad"), "g")))
    assert undoing(result) == {"g.a~compensate": "succeeded"}


@BOTH
def test_a_sub_melody_undoes_several_steps_and_is_not_undone_itself(start: Start) -> None:
    back = melody(step("one", undone(play())), step("two", play(), "one"), out="steps.two.status")
    ir = melody(
        step("a", undone(play(), call(back))), step("bad", play("bad"), "a"), modules=(back,)
    )
    result = failing().run(ir, start)
    assert undoing(result) == {
        "a~compensate": "succeeded", "a~compensate/one": "succeeded",
        "a~compensate/two": "succeeded",
    }  # fmt: skip
    assert result.steps["a~compensate"].output == {"out": "succeeded"}


def test_a_question_while_undoing_that_nobody_answers_fails_and_does_not_hang() -> None:
    back = melody(step("ok", approval()))
    ir = melody(
        step("a", undone(play(), call(back))), step("bad", play("bad"), "a"), modules=(back,)
    )
    result = failing().run(ir)
    assert undoing(result) == {"a~compensate": "failed", "a~compensate/ok": "failed"}
    assert result.steps["a~compensate/ok"].error is not None
    assert result.steps["a~compensate/ok"].error.code == "approval.expired"


def test_a_step_of_a_sub_melody_is_undone_by_the_players_of_that_sub_melody() -> None:
    inner = melody(step("one", undone(play())))
    asked: list[tuple[str, str]] = []

    class Watching(Stand):
        def find(self, name: str, path: str, address: str, module: str = "") -> Any:
            asked.append((path, module))
            return super().find(name, path, address, module)

    stand = Watching({"bad": fails("http.400")})
    stand.run(melody(step("c", call(inner)), step("bad", play("bad"), "c"), modules=(inner,)))
    assert asked[-1] == ("c/one~compensate", inner.hash)


def test_pure_data_may_undo() -> None:
    ir = melody(step("a", undone(play(n="3"), set_("output.n + 1"))),
                step("bad", play("bad"), "a"))  # fmt: skip
    assert failing().run(ir).steps["a~compensate"].output == 4


def test_nothing_is_undone_twice_though_it_goes_on_without_what_failed() -> None:
    ir = melody(*CHAIN, step("bad", play("bad")), on_step_failure="finish_independent")
    stand = failing()
    assert list(undoing(stand.run(ir))) == ["b~compensate", "a~compensate"]
    assert stand.played.count("a~compensate") == 1


# --- cancelled runs -------------------------------------------------------------------------------


async def _cancelled(stand: Stand, ir: WorkflowIR, *moments: str) -> list[str]:
    """Cancel a run as often as there are moments: when that path is performed."""
    run = asyncio.create_task(stand.perform(ir))
    for path in moments:
        await until(partial(stand.played.__contains__, path))
        run.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await run
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert stand.tokens == 0
    assert stand.events[-1].facts["status"] == "cancelled"
    return [path for kind, path in stand.told(EventKind.STEP_FINISHED)]


LONG = (*CHAIN, step("long", play("long"), "b"))


def test_a_cancelled_run_is_undone_before_it_ends() -> None:
    stand = Stand({"long": forever, "undo": naps(5)})
    finished = asyncio.run(_cancelled(stand, melody(*LONG), "long"))
    assert finished == ["a", "b", "long", "b~compensate", "a~compensate"]
    assert "not_undone" not in stand.events[-1].facts


def test_a_second_cancellation_ends_the_undoing_and_the_journal_tells_what_is_left() -> None:
    stand = Stand({"long": forever, "undo": forever})
    finished = asyncio.run(_cancelled(stand, melody(*LONG), "long", "b~compensate"))
    assert finished == ["a", "b", "long", "b~compensate"]
    last = [event for event in stand.events if event.path == "b~compensate"][-1]
    assert last.facts["record"]["status"] == "cancelled"
    assert stand.events[-1].facts["not_undone"] == ["a"]


def test_the_first_cancellation_of_a_failed_run_does_not_end_the_undoing_and_the_second_does() -> (
    None
):
    stand = failing(undo=forever)
    ir = melody(*CHAIN, BAD)

    async def main() -> None:
        run = asyncio.create_task(stand.perform(ir))
        await until(lambda: "b~compensate" in stand.played)
        run.cancel()
        for _ in range(9):
            await asyncio.sleep(0)
        assert stand.going["b~compensate"] == 1
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(main())
    assert stand.events[-1].facts["not_undone"] == ["a"]


def test_who_cancels_twice_before_anything_is_undone_wants_nothing_undone() -> None:
    async def stubborn(request: Any, grant: Any) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(20):
                await asyncio.sleep(0)

    stand = Stand({"long": stubborn})
    finished = asyncio.run(_cancelled(stand, melody(*LONG), "long", "long"))
    assert finished == ["a", "b", "long"]
    assert stand.events[-1].facts["not_undone"] == ["b", "a"]


def test_a_run_whose_framework_broke_down_is_undone() -> None:
    stand = Stand()

    async def drive(run: Run) -> None:
        await until(lambda: (EventKind.STEP_FINISHED, "b") in stand.told())
        raise ValueError("a framework of straw")

    with pytest.raises(HostFault):
        stand.run(melody(*LONG[:2], step("long", play("long"), "b")), drive=drive)
    assert stand.played[-2:] == ["b~compensate", "a~compensate"]


def test_a_bug_of_ours_is_not_made_worse_by_undoing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Breaking(MemoryJournal):
        def append(self, event: Any) -> None:
            if event.path == "bad" and event.kind is EventKind.ATTEMPT_STARTED:
                raise OSError("disk full")
            super().append(event)

    stand = failing()
    stand.journal = Breaking()
    with pytest.raises(OSError, match="disk full"):
        stand.run(melody(*CHAIN, BAD))
    assert "a~compensate" not in stand.played


def test_a_step_remembers_what_it_saw_when_it_was_performed() -> None:
    body = undone(play(n="1"), play("undo", seen="steps.b.status"))
    ir = melody(step("b", play()), step("a", body, "b"), step("bad", play("bad"), "a"))
    assert failing().run(ir).steps["a~compensate"].output == {"seen": "succeeded"}
