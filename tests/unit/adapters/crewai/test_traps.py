"""CrewAI's silent ends, planted into compiled flows: no run that meets one succeeds.

Those of joins, events, labels and orphans stand in ``test_failure.py``, the race of an ``or`` in
``test_or_race.py``; README.md has the table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters.crewai import ADAPTER
from conductor_core.failed import HostFault
from conductor_core.run import Start
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.melodies import melody, play, set_
from tests.unit.adapters.crewai.stage import Stage, perform, stage
from tests.unit.adapters.crewai.test_execute import STARTS
from workflow_ir.result import RunResult, RunStatus
from workflow_ir.workflow import WorkflowIR


def run(
    ir: WorkflowIR, start: Start, change: Callable[[Any], None], on: Stage | None = None
) -> RunResult:
    """Run a flow whose definition was changed after it was compiled."""

    async def changed() -> RunResult:
        compiled = ADAPTER.compile(ir)
        change(compiled.native.score().definition)
        async with asyncio.timeout(60):
            return await ADAPTER.execute(compiled, {}, (on or stage()).context, start=start)

    return asyncio.run(changed())


@pytest.mark.parametrize("start", STARTS)
def test_too_low_a_bound_of_method_calls_is_told(start: Start) -> None:
    def none_at_all(definition: Any) -> None:
        definition.config.max_method_calls = 0

    with pytest.raises((RecursionError, HostFault)):
        run(melodies.FIRST_ARM, start, none_at_all)


def test_the_bound_of_method_calls_is_above_what_any_flow_needs() -> None:
    definition = ADAPTER.compile(melodies.FIRST_ARM).native.score().definition
    assert definition.config.max_method_calls > len(definition.methods)


@pytest.mark.parametrize("start", STARTS)
def test_a_method_that_nothing_starts_is_missed(start: Start) -> None:
    def forget(definition: Any) -> None:
        definition.methods["after"].listen = "take__route__nowhere"

    with pytest.raises(HostFault, match=r"MEL953.*'after'"):
        run(melodies.FIRST_ARM, start, forget)


@pytest.mark.parametrize("start", STARTS)
def test_a_flow_without_its_methods_is_no_success(start: Start) -> None:
    """``kickoff(from_checkpoint=…)`` of a declared flow comes to this: nothing runs."""

    def empty(definition: Any) -> None:
        definition.methods.clear()

    with pytest.raises(HostFault, match="MEL953"):
        run(melodies.FIRST_ARM, start, empty)


@pytest.mark.parametrize("start", STARTS)
def test_feedback_that_a_player_waits_for_fails_its_step_and_pauses_nothing(start: Start) -> None:
    from crewai.flow.async_feedback import HumanFeedbackPending, PendingFeedbackContext

    pending = PendingFeedbackContext(
        flow_id="f", flow_class="F", method_name="m", method_output="", message="?"
    )
    on = stage()

    async def raises(*_: Any) -> Any:
        raise HumanFeedbackPending(context=pending)

    on.cast.play = raises  # type: ignore[method-assign, assignment]
    result = perform(melodies.FIRST_ARM, start, on)
    assert result.status is RunStatus.FAILED


def test_the_result_is_the_melodys_and_not_that_of_whichever_method_ends_last() -> None:
    ir = melody([set_("a", "1"), play("late")], {"a": "steps.a.output"})
    compiled = ADAPTER.compile(ir, context=lambda: stage(takes={"late": 1.0}).context)
    native = compiled.native
    told = native.kickoff()
    assert getattr(told, "json_dict", told) == {"a": 1}


def test_a_state_that_was_changed_in_one_flow_is_not_another_ones() -> None:
    native = ADAPTER.compile(melodies.FIRST_ARM, context=lambda: stage().context).native
    native.kickoff()
    other = ADAPTER.compile(melodies.FIRST_ARM, context=lambda: stage().context).native
    assert native.state["steps"]
    assert not other.state.get("steps")
