"""What a long-lived program keeps of Melodies that it has run: nothing.

CrewAI's event bus keeps whatever is built or kicked off in the context variables of a program that
has used CrewAI before, with all events; so these tests run in such a program.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.crewai import ADAPTER
from adapters.crewai.silence import load, quiet
from tests.equivalence.dialogues import SEARCH, Fake, brief, says
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from tests.unit.adapters.crewai.stage import stage
from workflow_ir.workflow import WorkflowIR

load()

from crewai.events import crewai_event_bus  # noqa: E402 - imported in silence first
from crewai.events.types.agent_events import LiteAgentExecutionStartedEvent  # noqa: E402
from crewai.events.types.crew_events import CrewKickoffStartedEvent  # noqa: E402
from crewai.events.types.flow_events import FlowPlotEvent, FlowStartedEvent  # noqa: E402
from crewai.flow.flow import Flow  # noqa: E402

_STARTED = (
    CrewKickoffStartedEvent,
    FlowStartedEvent,
    FlowPlotEvent,
    LiteAgentExecutionStartedEvent,
)


class _Own(Flow):  # type: ignore[type-arg]
    """A flow of the program's own."""

    _skip_auto_memory = True


def _in_a_program_that_uses_crewai(work: Callable[[], object]) -> tuple[int, list[str]]:
    """How many flows, crews and agents have begun in it, and which of them are still there."""
    begun: list[weakref.ref[Any]] = []

    def program() -> None:
        quiet()
        own = _Own()
        with crewai_event_bus.scoped_handlers():

            def note(source: Any, _: Any) -> None:
                begun.append(weakref.ref(source))

            for event in _STARTED:
                crewai_event_bus.on(event)(note)
            for _ in range(3):
                work()
            assert crewai_event_bus.flush()
        gc.collect()
        left.extend(type(each).__name__ for ref in begun if (each := ref()) is not None)
        assert crewai_event_bus.runtime_state is not None
        assert crewai_event_bus.runtime_state.root == [own]

    left: list[str] = []
    contextvars.Context().run(program)
    return len(begun), left


def _executed(ir: WorkflowIR) -> None:
    compiled = ADAPTER.compile(ir)
    asyncio.run(ADAPTER.execute(compiled, {}, stage().context, start="graph"))


@pytest.mark.parametrize(
    ("ir", "begun"),
    [(melodies.DIAMOND, 1), (melodies.FIRST_ARM, 1), (melodies.NESTED_MAP, 5)],
    ids=["crew", "flow", "flows in a crew"],
)
def test_a_run_on_this_backend_leaves_nothing_behind(ir: WorkflowIR, begun: int) -> None:
    assert _in_a_program_that_uses_crewai(lambda: _executed(ir)) == (3 * begun, [])


def test_a_crew_that_was_kicked_off_is_let_go_of() -> None:
    def kicked_off() -> None:
        ADAPTER.compile(melodies.CHAIN, context=lambda: stage().context).native.kickoff()

    assert _in_a_program_that_uses_crewai(kicked_off) == (3, [])


def test_a_flow_that_was_kicked_off_is_let_go_of() -> None:
    async def kicked_off() -> None:
        native = FLOWS.compile(melodies.CHAIN, context=lambda: stage().context).native
        await native.kickoff_async()

    assert _in_a_program_that_uses_crewai(lambda: asyncio.run(kicked_off())) == (3, [])


def test_a_run_that_fails_leaves_nothing_behind() -> None:
    def failed() -> None:
        for adapter in (ADAPTER, FLOWS):
            compiled = adapter.compile(melodies.CHAIN)
            asyncio.run(adapter.execute(compiled, {}, stage(("b",)).context, start="graph"))

    assert _in_a_program_that_uses_crewai(failed) == (6, [])


def test_a_flow_that_was_plotted_is_let_go_of(tmp_path: Path) -> None:
    def plotted() -> None:
        FLOWS.compile(melodies.CHAIN).native.plot(str(tmp_path / "flow.html"), show=False)

    assert _in_a_program_that_uses_crewai(plotted) == (3, [])


def test_an_agent_that_has_answered_is_let_go_of() -> None:
    def asked() -> None:
        fake = Fake([says("", ("1", "search", "{}")), says("Done.")])
        asyncio.run(ADAPTER.agents().converse(brief(SEARCH), fake))

    assert _in_a_program_that_uses_crewai(asked) == (6, [])  # an executor is a flow
