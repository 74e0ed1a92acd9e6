"""What a user of CrewAI can do with ``compiled.native``."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from conductor_core.failed import RegionEnded
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from tests.unit.adapters.crewai.melodies import melody, play, set_
from tests.unit.adapters.crewai.stage import Stage, stage
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR

INPUTS: dict[str, Any] = {
    "id": {"schema": {"type": "string"}},
    "count": {"schema": {"type": "integer"}, "required": False, "default": 2},
}
ECHO = melody(
    [set_("pair", "[inputs.id, inputs.count]"), play("a", "pair")],
    {"pair": "steps.pair.output"},
    inputs=INPUTS,
)


def _native(ir: WorkflowIR, on: Stage | None = None) -> Any:
    made = on or stage()
    return FLOWS.compile(ir, context=lambda: made.context).native


def test_kickoff_gives_the_outputs_of_the_melody() -> None:
    flow = _native(ECHO)
    assert flow.kickoff(inputs={"id": "x"}) == {"pair": ["x", 2]}
    assert flow.state["inputs"] == {"id": "x", "count": 2}
    assert flow.state["outputs"] == {"pair": ["x", 2]}


def test_kickoff_works_inside_a_running_loop_and_again_on_the_same_flow() -> None:
    async def twice() -> list[Any]:
        flow = FLOWS.compile(ECHO, context=lambda: stage().context).native
        return [
            await flow.kickoff_async(inputs={"id": "x"}),
            flow.kickoff(inputs={"id": "y", "count": 3}),
            await flow.akickoff(inputs={"id": "z"}),
        ]

    assert asyncio.run(twice()) == [{"pair": ["x", 2]}, {"pair": ["y", 3]}, {"pair": ["z", 2]}]


@pytest.mark.parametrize("name", melodies.ALL)
def test_every_melody_runs_by_kickoff(name: str) -> None:
    on = stage()
    _native(melodies.ALL[name], on).kickoff()
    assert sorted(on.cast.began) == sorted(on.cast.ended)


def test_the_state_is_plain_json_with_a_record_for_every_step() -> None:
    flow = _native(melodies.NESTED)
    flow.kickoff()
    tree = json.loads(json.dumps(flow.state))
    assert set(tree) == {"id", "inputs", "steps", "outputs"}
    assert tree["steps"]["route"]["branch"] == "deep"
    assert tree["steps"]["a"]["output"] == "a"
    assert tree["steps"]["route.deep.inner"]["status"] == "succeeded"


def test_wrong_inputs_are_told_together_with_their_codes() -> None:
    with pytest.raises(DiagnosticsError) as wrong:
        _native(ECHO).kickoff(inputs={"cout": 1, "count": "many"})
    assert [problem.code for problem in wrong.value.diagnostics] == ["MEL502", "MEL501", "MEL503"]


def test_a_failed_run_raises_with_the_step_and_the_code() -> None:
    with pytest.raises(RegionEnded, match=r"b: input\.invalid"):
        _native(melodies.CHAIN, stage(("b",))).kickoff()


def test_without_a_context_nothing_is_allowed() -> None:
    players = {"anyone": {"kind": "python", "target": "os:getcwd"}}
    ir = melody([play("a")], players=players)
    with pytest.raises(RegionEnded, match=r"a: policy\.not_allowed"):
        FLOWS.compile(ir).native.kickoff()


def test_the_inside_of_a_step_cannot_be_kicked_off() -> None:
    child = FLOWS.compile(melodies.NESTED_MAP).children["m"]
    with pytest.raises(RuntimeError, match="'m', the inside of a step"):
        child.kickoff()


def test_stores_of_crewai_are_refused() -> None:
    with pytest.raises(ValueError, match="`inputs` only"):
        asyncio.run(_native(melodies.CHAIN).kickoff_async(restore_from_state_id="x"))


def test_events_of_the_flow_are_sent_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    from crewai.events import crewai_event_bus
    from crewai.events.types.flow_events import MethodExecutionFinishedEvent

    seen: list[str] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(MethodExecutionFinishedEvent)
        def note(source: Any, event: MethodExecutionFinishedEvent) -> None:
            seen.append(event.method_name)

        _native(melodies.FIRST_ARM).kickoff()
    assert sorted(seen) == sorted([
        "route", "route__fast", "route__fast__x", "route__fast__y", "route__join", "after",
    ])  # fmt: skip
    assert capfd.readouterr() == ("", "")


def test_the_usual_handlers_print_no_panel(capfd: pytest.CaptureFixture[str]) -> None:
    from crewai.events import crewai_event_bus

    _native(melodies.FIRST_ARM).kickoff()
    with pytest.raises(RegionEnded):
        _native(melodies.CHAIN, stage(("b",))).kickoff()
    crewai_event_bus.flush()
    assert capfd.readouterr() == ("", "")


def test_streaming_gives_frames_and_then_the_outputs() -> None:
    flow = _native(ECHO)
    flow.stream = True
    session = flow.kickoff(inputs={"id": "x"})
    assert len(list(session)) > 0
    assert session.result == {"pair": ["x", 2]}


@pytest.mark.parametrize("start", ["eager", "graph"])
def test_players_are_performed_on_the_callers_loop_and_outside_of_the_flows_context(
    start: Any,
) -> None:
    from crewai.events.utils.console_formatter import should_suppress_console_output
    from crewai.flow.flow_context import current_flow_id

    seen: list[Any] = []
    on = stage()
    play_as_usual = on.cast.play

    async def look(request: Any, grant: Any) -> Any:
        seen.append((
            asyncio.get_running_loop(), threading.current_thread(),
            should_suppress_console_output(), current_flow_id.get(),
        ))  # fmt: skip
        return await play_as_usual(request, grant)

    on.cast.play = look  # type: ignore[method-assign]

    async def run() -> None:
        compiled = FLOWS.compile(melodies.NESTED_MAP)
        await FLOWS.execute(compiled, {}, on.context, start=start)
        here = (asyncio.get_running_loop(), threading.current_thread(), False, None)
        assert set(seen) == {here}

    asyncio.run(run())


def test_records_in_the_state_cost_nothing_to_copy() -> None:
    import copy

    flow = _native(melodies.CHAIN)
    flow.kickoff()
    copied = copy.deepcopy(flow.state)
    assert copied["steps"]["a"] is flow.state["steps"]["a"]
