from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from adapters.base import OrchestrationAdapter
from adapters.crewai import ADAPTER
from adapters.native import ADAPTER as NATIVE
from conductor_core.failed import HostFault
from conductor_core.run import Start
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from tests.unit.adapters.crewai.melodies import choice, for_each, leaf, melody, play
from tests.unit.adapters.crewai.stage import Stage, perform, stage
from tests.unit.adapters.crewai.test_execute import AS_CHOSEN_AND_AS_FLOW, STARTS
from workflow_ir.result import RunStatus
from workflow_ir.workflow import WorkflowIR

SIBLINGS = melody(
    [
        play("a"),
        play("bad", "a"),
        play("slow", "a"),
        play("later", "slow"),
        choice("route", "true", "a"),
        for_each("m", "[1, 2, 3]", leaf(), "a"),
    ]
)
TAKES = {"slow": 30.0, "route.fast.x": 30.0, "m[1]": 30.0}
FINISHING: dict[str, Any] = {"policy": {"on_step_failure": "finish_independent"}}


@pytest.mark.parametrize("start", STARTS)
def test_a_failure_cancels_and_awaits_everything_beside_it(start: Start) -> None:
    on = stage(("bad",), TAKES)
    result = perform(SIBLINGS, start, on)  # nothing may be left on the loop: `perform` looks
    assert result.status is RunStatus.FAILED
    assert result.failed_step == "bad"
    assert result.error is not None
    assert result.error.code == "input.invalid"
    assert sorted(on.cast.began) == sorted(on.cast.ended)
    assert "later" not in on.cast.began
    assert on.elapsed_s == 0.2


@pytest.mark.parametrize("start", STARTS)
def test_a_failed_run_is_told_as_on_the_native_backend(start: Start) -> None:
    result = perform(SIBLINGS, start, stage(("bad",), TAKES))
    expected = perform(SIBLINGS, start, stage(("bad",), TAKES), adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()


@AS_CHOSEN_AND_AS_FLOW
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("path", ["m[1].even.y", "m[0].odd.x", "a", "after"])
def test_a_failure_inside_an_item_ends_the_flows_of_all_items(
    path: str, start: Start, adapter: OrchestrationAdapter
) -> None:
    on = stage((path,))
    result = perform(melodies.NESTED_MAP, start, on, adapter=adapter)
    expected = perform(melodies.NESTED_MAP, start, stage((path,)), adapter=NATIVE)
    assert (result.status, result.failed_step) == (expected.status, expected.failed_step)
    # Which of the steps that start at the very moment of the failure still start is the
    # schedule's; only eager mode promises it.
    assert start == "graph" or result.normal_form() == expected.normal_form()
    assert sorted(on.cast.began) == sorted(on.cast.ended)


@pytest.mark.parametrize("start", STARTS)
def test_independent_steps_finish_where_the_policy_says_so(start: Start) -> None:
    ir = melody([play("bad"), play("next", "bad"), play("x"), play("y", "x")], **FINISHING)
    result = perform(ir, start, stage(("bad",)))
    expected = perform(ir, start, stage(("bad",)), adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()
    assert result.steps["y"].status.value == "succeeded"


def test_the_end_of_a_failed_run_is_not_logged_as_a_listeners_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG, logger="crewai"):
        perform(SIBLINGS, "eager", stage(("bad",), TAKES))
    assert [row.getMessage() for row in caplog.records if row.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("ir", [SIBLINGS, melodies.NESTED_MAP])
def test_cancelling_a_run_leaves_no_task_behind(ir: WorkflowIR, start: Start) -> None:
    on = stage()
    on.cast.hangs = frozenset({"slow", "m[0].odd.x", "m[1].even.x"})

    async def cancelled_halfway() -> None:
        run = asyncio.ensure_future(
            ADAPTER.execute(ADAPTER.compile(ir), {}, on.context, start=start)
        )
        await on.cast.hung.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert sorted(on.cast.began) == sorted(on.cast.ended)

    asyncio.run(cancelled_halfway())


def test_cancelling_a_chain_deeper_than_the_stack_ends_the_flow() -> None:
    # A cancellation handed down from CrewAI's kickoff needs two frames for each method.
    last = 520
    ir = melody([play("s0"), *(play(f"s{i}", f"s{i - 1}") for i in range(1, last + 1))])
    on = stage()
    on.cast.hangs = frozenset({f"s{last}"})

    async def cancelled_at_the_last_method() -> None:
        run = asyncio.ensure_future(FLOWS.execute(FLOWS.compile(ir), {}, on.context, start="graph"))
        await on.cast.hung.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(cancelled_at_the_last_method())


def _perform_changed(ir: WorkflowIR, start: Start, on: Stage | None = None, **listen: Any) -> None:
    """Run a flow whose definition was changed after it was compiled."""
    on = on or stage()

    async def run() -> None:
        compiled = FLOWS.compile(ir)
        methods = compiled.native.score().definition.methods
        for name, condition in listen.items():
            if callable(condition):
                condition(methods[name])
            else:
                methods[name].listen = condition
        try:
            await asyncio.wait_for(FLOWS.execute(compiled, {}, on.context, start=start), timeout=20)
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


@pytest.mark.parametrize("start", STARTS)
def test_a_join_that_never_fires_is_a_fault_and_no_success(start: Start) -> None:
    with pytest.raises(HostFault, match=r"MEL953.*'route~join'") as fault:
        _perform_changed(
            melodies.FIRST_ARM, start, route__join={"and": ["route__fast__x", "route__slow__q"]}
        )
    assert fault.value.code == "MEL953"


@pytest.mark.parametrize("start", STARTS)
def test_an_unknown_event_is_a_fault_and_no_success(start: Start) -> None:
    with pytest.raises(HostFault, match=r"MEL953.*'c'"):
        _perform_changed(melodies.CHAIN, start, c="nobody")


@pytest.mark.parametrize("start", STARTS)
def test_a_router_without_an_event_for_the_decision_is_a_fault(start: Start) -> None:
    def forget(method: Any) -> None:
        del method.do.with_["labels"]["fast"]

    with pytest.raises(HostFault, match=r"MEL953.*no event for 'fast'"):
        _perform_changed(melodies.FIRST_ARM, start, route=forget)


@pytest.mark.parametrize("start", STARTS)
def test_swapped_arms_are_a_fault(start: Start) -> None:
    with pytest.raises(HostFault) as fault:
        _perform_changed(
            melodies.FIRST_ARM,
            start,
            route__fast="take__route__slow",
            route__slow="take__route__fast",
        )
    assert fault.value.code == "MEL952"


def test_an_edge_left_out_is_a_fault_in_graph_mode() -> None:
    with pytest.raises(HostFault) as fault:
        _perform_changed(melodies.CHAIN, "graph", c="a")
    assert fault.value.code == "MEL951"


def test_a_join_that_waits_for_one_sink_only_is_a_fault_in_graph_mode() -> None:
    condition = {"or": [{"and": ["route__fast__x"]}, {"and": ["route__slow__q"]}]}
    on = stage(takes={"route.fast.y": 0.5})
    with pytest.raises(HostFault) as fault:
        _perform_changed(melodies.FIRST_ARM, "graph", on, route__join=condition)
    assert fault.value.code == "MEL951"


@pytest.mark.parametrize("start", STARTS)
def test_a_node_entered_twice_is_a_fault(start: Start) -> None:
    async def run() -> None:
        compiled = FLOWS.compile(melodies.CHAIN)
        methods = compiled.native.score().definition.methods
        methods["again"] = methods["c"].model_copy()
        await FLOWS.execute(compiled, {}, stage().context, start=start)

    with pytest.raises(HostFault, match=r"MEL953.*'c' was entered 2 times, not 1"):
        asyncio.run(run())
