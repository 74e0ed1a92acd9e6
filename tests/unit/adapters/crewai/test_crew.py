"""A Melody as a genuine crew: its objects, its runs in both modes, its manager."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.crewai import ADAPTER
from adapters.native import ADAPTER as NATIVE
from conductor_core.ports import Grant, PlayRequest
from conductor_core.run import Start
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.melodies import for_each, leaf, melody, play, set_, step
from tests.unit.adapters.crewai.stage import Stage, perform, stage
from tests.unit.adapters.crewai.test_execute import STARTS
from workflow_ir.outcome import StandardError, Success
from workflow_ir.plan import plan
from workflow_ir.result import RunStatus
from workflow_ir.workflow import WorkflowIR

LAYERS = melody(
    [
        play("a"), play("b1", "a"), play("b2", "a"), play("c", "b1", "b2"),
        play("d1", "c"), play("d2", "c", "b1"), for_each("d3", "[1, 2]", leaf(), "c"),
        play("e", "d1", "d2", "d3"),
    ],
    {"last": "steps.e.output"},
)  # fmt: skip
SIBLINGS = melody([play("a"), play("bad", "a"), play("slow", "a"), play("end", "bad", "slow")])


def test_the_native_object_is_a_crew_with_one_task_for_each_step() -> None:
    from crewai import Crew, Process

    crew = ADAPTER.compile(LAYERS).native
    assert isinstance(crew, Crew)
    assert crew.process is Process.sequential
    assert [task.name for task in crew.tasks] == ["a", "b1", "b2", "c", "d1", "d2", "d3", "e"]
    together = [task.name for task in crew.tasks if task.async_execution]
    assert together == ["b1", "b2", "d1", "d2", "d3"]
    context = crew.tasks[5].context
    assert isinstance(context, list)
    assert [one.name for one in context] == ["c", "b1"]
    assert crew.tasks[0].context == []  # left out, it would be given every output before it


def test_crewai_asks_no_model_and_keeps_nothing() -> None:
    crew = ADAPTER.compile(LAYERS).native
    assert (crew.memory, crew.cache, crew.planning, crew.verbose) == (False, False, False, False)
    assert (crew.tracing, crew.manager_llm, crew.chat_llm) == (False, None, None)
    assert {agent.llm for agent in crew.agents} == {None}


@pytest.mark.parametrize("start", STARTS)
def test_layers_give_what_the_native_backend_gives_in_the_same_time(start: Start) -> None:
    here, there = stage(takes={"b1": 0.4, "d2": 0.2}), stage(takes={"b1": 0.4, "d2": 0.2})
    result = perform(LAYERS, start, here)
    expected = perform(LAYERS, "eager", there, adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()
    assert result.entries == expected.entries
    assert here.elapsed_s == there.elapsed_s == 0.9
    assert here.cast.began[:3] == ["a", "b1", "b2"]


@pytest.mark.parametrize("start", STARTS)
def test_a_failure_cancels_and_awaits_the_task_beside_it(start: Start) -> None:
    # CrewAI itself awaits `slow` before it looks at `bad`, or leaves it running.
    for fails, other in (("bad", "slow"), ("slow", "bad")):
        on = stage((fails,), {other: 30.0})
        result = perform(SIBLINGS, start, on)  # nothing may be left on the loop: `perform` looks
        expected = perform(SIBLINGS, start, stage((fails,), {other: 30.0}), adapter=NATIVE)
        assert result.normal_form() == expected.normal_form()
        assert (result.status, result.failed_step) == (RunStatus.FAILED, fails)
        assert sorted(on.cast.began) == sorted(on.cast.ended)
        assert on.elapsed_s == 0.2


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("path", ["a", "end"])
def test_a_failure_before_or_behind_a_layer_is_told_as_on_native(path: str, start: Start) -> None:
    result = perform(SIBLINGS, start, stage((path,)))
    expected = perform(SIBLINGS, start, stage((path,)), adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()


@pytest.mark.parametrize("start", STARTS)
def test_what_waits_for_no_failed_step_finishes_where_the_policy_says_so(start: Start) -> None:
    steps = [play("a"), play("bad", "a"), play("fine", "a"), play("end", "bad", "fine")]
    ir = melody(steps, policy={"on_step_failure": "finish_independent"})
    result = perform(ir, start, stage(("bad",), {"fine": 3.0}))
    expected = perform(ir, start, stage(("bad",), {"fine": 3.0}), adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()
    assert result.steps["fine"].status.value == "succeeded"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("hang", ["a", "bad", "end"])
def test_cancelling_a_run_leaves_no_task_behind(hang: str, start: Start) -> None:
    on = stage()
    on.cast.hangs = frozenset({hang})

    async def cancelled_halfway() -> None:
        run = asyncio.ensure_future(
            ADAPTER.execute(ADAPTER.compile(SIBLINGS), {}, on.context, start=start)
        )
        await on.cast.hung.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert sorted(on.cast.began) == sorted(on.cast.ended)

    asyncio.run(cancelled_halfway())


def test_a_crew_that_is_left_tells_its_listeners_that_its_tasks_have_ended() -> None:
    # CrewAI's listener keeps each task that was started until it hears of its end.
    from crewai.events import crewai_event_bus
    from crewai.events.event_listener import EventListener

    kept = EventListener().execution_spans
    before = len(kept)
    for hang in ("a", "bad"):
        test_cancelling_a_run_leaves_no_task_behind(hang, "graph")
    ask = step("ask", {"kind": "approval", "text": {"kind": "literal", "value": "Good?"}})
    for start in STARTS:  # nobody is there, and the run pauses
        result = perform(melody([ask, play("after", "ask")]), start, stage())
        assert result.status is RunStatus.PAUSED
    crewai_event_bus.flush()
    assert len(kept) == before


@pytest.mark.parametrize("start", STARTS)
def test_a_crew_of_a_thousand_steps_ends(start: Start) -> None:
    steps = [play("s0"), *(play(f"s{i}", f"s{i - 1}") for i in range(1, 1000))]
    on = stage()
    on.cast.hangs = frozenset({"s999"})

    async def cancelled_at_the_last_task() -> None:
        run = asyncio.ensure_future(
            ADAPTER.execute(ADAPTER.compile(melody(steps)), {}, on.context, start=start)
        )
        await on.cast.hung.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(cancelled_at_the_last_task())


def test_players_are_performed_outside_of_the_context_of_crew_and_task() -> None:
    from crewai.context import get_current_task_id
    from crewai.events.utils.console_formatter import should_suppress_console_output
    from crewai.execution import get_execution_uuid

    seen: list[Any] = []
    on = stage()
    usual = on.cast.play

    async def look(request: PlayRequest, grant: Grant) -> Success | StandardError:
        seen.append((get_current_task_id(), get_execution_uuid(), should_suppress_console_output()))
        return await usual(request, grant)

    on.cast.play = look  # type: ignore[method-assign]
    for start in STARTS:
        perform(LAYERS, start, on)
    assert set(seen) == {(None, None, False)}


def test_a_crew_that_is_built_does_not_make_others_less_talkative() -> None:
    from crewai.events.event_listener import EventListener

    listener = EventListener()
    before = listener.verbose, listener.formatter.verbose
    listener.verbose = listener.formatter.verbose = True
    try:
        ADAPTER.compile(melodies.CHAIN)
        assert (listener.verbose, listener.formatter.verbose) == (True, True)
    finally:
        listener.verbose, listener.formatter.verbose = before


def test_runs_of_one_object_do_not_share_its_tasks() -> None:
    compiled = ADAPTER.compile(melodies.CHAIN)

    async def both() -> list[Any]:
        runs = (ADAPTER.execute(compiled, {}, stage().context, start=s) for s in STARTS)
        return await asyncio.gather(*runs)

    one, two = asyncio.run(both())
    assert one.normal_form() == two.normal_form()
    assert [task.output for task in compiled.native.tasks] == [None] * 3


PART = melody([play("x"), play("y", "x")], {"y": "steps.y.output"})
CALLING = melody(
    [
        step("part", {"kind": "call", "module": "m"}),
        melodies.choice("route", "true", "part"),
        for_each("each", "[1, 2]", {"kind": "call", "module": "m"}, "route"),
    ],
    {"y": "steps.part.output.y"},
    modules={"m": PART},
)


def test_sub_melodies_of_a_crews_shape_are_crews_inside_of_a_flow() -> None:
    compiled = ADAPTER.compile(CALLING)
    kinds = {here: type(one).__name__ for here, one in compiled.children.items()}
    assert type(compiled.native).__name__ == "MelodyFlow"
    assert kinds == {"part~inside": "MelodyCrew", "each": "MelodyFlow",
                     "each/each~inside": "MelodyCrew"}  # fmt: skip


def test_the_inside_of_a_group_is_no_crew_though_its_shape_would_be_one() -> None:
    group = {"kind": "group", "scope": {"steps": [play("g.x"), play("g.y", "g.x")]}}
    compiled = ADAPTER.compile(melody([step("g", group)]))
    assert type(compiled.native).__name__ == "MelodyCrew"
    assert type(compiled.children["g~inside"]).__name__ == "MelodyFlow"
    assert "only whole ones become crews" in compiled.children["g~inside"].score().why


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("fails", ["", "part/y", "each[1]/x"])
def test_crews_inside_of_flows_and_crews_give_what_native_gives(fails: str, start: Start) -> None:
    for ir in (CALLING, melody(
        [step("part", {"kind": "call", "module": "m"}), play("after", "part")],
        modules={"m": PART},
    )):  # fmt: skip
        here, there = stage((fails,)), stage((fails,))
        result = perform(ir, start, here)
        expected = perform(ir, start, there, adapter=NATIVE)
        assert result.normal_form() == expected.normal_form()
        assert fails or result.entries == expected.entries
        assert here.elapsed_s == there.elapsed_s


MANAGED = melody(
    [play("a"), play("b", "a"), set_("pure", "1", "a"), play("c", "b", "pure")],
    {"c": "steps.c.output"},
    players={
        "anyone": {"kind": "python", "target": "no:where"},
        "other": {"kind": "python", "target": "no:where"},
        "boss": {"kind": "python", "target": "no:where", "description": "Knows who is best."},
    },
    process={"manager": "boss", "players": ["anyone", "other"]},
)


def _with_a_boss(on: Stage, chosen: str = "other") -> Stage:
    usual = on.cast.play

    async def play(request: PlayRequest, grant: Grant) -> Success | StandardError:
        answer = await usual(request, grant)
        return Success({"player": chosen}) if request.path.endswith("~manage") else answer

    on.cast.play = play  # type: ignore[method-assign]
    return on


def test_a_manager_makes_the_crew_hierarchical_and_is_its_manager_agent() -> None:
    from crewai import Process

    crew = ADAPTER.compile(MANAGED).native
    assert crew.process is Process.hierarchical
    assert (crew.manager_agent.role, crew.manager_agent.goal) == ("boss", "Knows who is best.")
    assert [agent.role for agent in crew.agents] == ["anyone", "conductor"]
    assert [task.agent.role for task in crew.tasks] == ["anyone", "anyone", "conductor", "anyone"]


@pytest.mark.parametrize("start", STARTS)
def test_a_hierarchical_crew_gives_what_the_native_backend_gives(start: Start) -> None:
    here, there = _with_a_boss(stage()), _with_a_boss(stage())
    result = perform(MANAGED, start, here)
    expected = perform(MANAGED, start, there, adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()
    assert result.entries == expected.entries
    assert [result.steps[name].player for name in "abc"] == ["other"] * 3
    assert here.elapsed_s == there.elapsed_s


def test_in_a_hierarchical_crew_the_manager_executes_every_task() -> None:
    crew = ADAPTER.compile(MANAGED, context=lambda: _with_a_boss(stage()).context).native
    output = crew.kickoff()
    assert {task.agent for task in output.tasks_output} == {"boss"}
    assert crew.kickoff().raw == output.raw == '{"c": "c"}'


def test_the_plan_of_a_hierarchical_crew_is_read_back_like_any_other() -> None:
    compiled: Any = ADAPTER.compile(MANAGED)
    assert ADAPTER.edges(compiled) == {"": frozenset(plan(MANAGED).edges)}


def test_a_manager_of_a_flow_is_asked_inside_its_methods() -> None:
    ir: WorkflowIR = MANAGED.model_copy(update={"root": melodies.CROSSING.root})
    assert type(ADAPTER.compile(ir).native).__name__ == "MelodyFlow"
    result = perform(ir, "graph", _with_a_boss(stage()))
    assert result.steps["a1"].player == "other"
