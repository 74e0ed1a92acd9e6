"""Performing a case: compile its Melody, run it on an adapter, keep the events."""

from __future__ import annotations

import asyncio
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.base import Compiled, OrchestrationAdapter
from adapters.standalone import checked
from compiler.pipeline import compile_text
from conductor_core.clock.real import RealClock
from conductor_core.clock.virtual import VirtualClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.people.nobody import Nobody
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.readings.machine import Machine
from conductor_core.readings.scripted import ScriptedReadings
from conductor_core.run import Start
from conductor_core.stage import RunContext
from melody.testing.conformance.case import Case, CaseMistake
from melody.testing.conformance.own_loop import LONGEST_S, in_own_loop
from workflow_ir.allow import Allow
from workflow_ir.events import Event, EventKind
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

_TURNS = 3
"""Of the event loop, in which what has ended is gone."""


@dataclass(frozen=True, slots=True)
class Performed:
    """A run that has ended, with its events."""

    result: RunResult
    events: tuple[Event, ...]
    left: tuple[str, ...] = ()
    """Tasks of the run that still went on when it had ended."""

    def finished(self) -> list[str]:
        """Run paths in the order in which they settled."""
        return [event.path for event in self.events if event.kind is EventKind.STEP_FINISHED]


def workflow(case: Case) -> WorkflowIR:
    """Compile the Melody of a case.

    Raises:
        CaseMistake: It has errors.
    """
    file = f"{case.name}.melody.yaml"
    made = compile_text(case.melody, file=file, allow=_allow(case), given=case.files)
    if made.ir is None:
        problems = "; ".join(f"{one.span}: {one.message}" for one in made.diagnostics)
        raise CaseMistake(f"{case.name}: {problems}")
    return made.ir


def perform(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    *,
    longest_s: float = LONGEST_S,
) -> Performed:
    """Run a case once, in an event loop of its own.

    Raises:
        HostFault: The backend broke the contract.
        TimeoutError: It hangs.
        Exception: Whatever else the adapter lets out.
    """

    async def alone() -> Performed:
        before = asyncio.all_tasks()
        performed = await play(case, adapter, compiled, start)
        return replace(performed, left=await left_of(before))

    return in_own_loop(alone, longest_s=longest_s)


async def play(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    *,
    journal: MemoryJournal | None = None,
) -> Performed:
    """Run a case once, on the event loop that turns.

    Args:
        case: What is run, and by which script.
        adapter: The backend.
        compiled: What it made of the case.
        start: Who starts steps.
        journal: Gets the events. None: one of its own.
    """
    kept = MemoryJournal() if journal is None else journal
    script = None if case.script is None else Script.read(case.script)
    virtual = script is not None and script.clock == "virtual"
    ir = compiled.ir
    troupe = Troupe(
        ir.players,
        Path(),
        ir.models,
        _allow(case),
        script,
        modules=ir.modules,
        secrets=case.secrets,
        agents=adapter.agents(),
    )
    context = RunContext(
        run="conformance",
        clock=VirtualClock() if virtual else RealClock(),
        players=troupe,
        journal=kept,
        seed=None if script is None or script.seed is None else str(script.seed),
        scripted=script is not None,
        people=Nobody() if script is None else ScriptedPeople(script),
        readings=Machine() if script is None else ScriptedReadings(script),
        secrets=case.secrets,
        have=case.have,
    )
    given = checked(ir, case.inputs)
    troupe.preload()
    try:
        result = await adapter.execute(compiled, given, context, start=start)
    finally:
        await troupe.aclose()
    return Performed(result, tuple(kept.events))


async def left_of(before: AbstractSet[asyncio.Task[Any]]) -> tuple[str, ...]:
    """The tasks of this event loop that were made after ``before`` and have not ended, by name."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    going_on = asyncio.all_tasks() - before - {asyncio.current_task()}
    return tuple(sorted(getattr(task.get_coro(), "__qualname__", "?") for task in going_on))


def _allow(case: Case) -> Allow:
    return Allow(**case.allow)
