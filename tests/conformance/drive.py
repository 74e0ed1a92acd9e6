"""Driving one case on one backend: compile, run, read the graph back, and name what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from adapters.base import Compiled, OrchestrationAdapter
from adapters.standalone import checked
from adapters.trails import trails
from compiler.pipeline import compile_text
from conductor_core.clock.real import RealClock
from conductor_core.clock.virtual import VirtualClock
from conductor_core.failed import HostFault
from conductor_core.journal.memory import MemoryJournal
from conductor_core.people.nobody import Nobody
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.readings.machine import Machine
from conductor_core.readings.scripted import ScriptedReadings
from conductor_core.run import Start
from conductor_core.stage import RunContext
from tests.conformance.cases import Case
from tests.conformance.entered import entered
from tests.conformance.expect import differences, in_order
from workflow_ir.allow import Allow
from workflow_ir.events import Event, EventKind
from workflow_ir.plan import Edge, plan
from workflow_ir.result import RunResult, RunStatus
from workflow_ir.workflow import WorkflowIR

Check = Literal["edges", "entries", "contract", "order", "fault", "hangs"]
"""What a case is held to; the name of a check is what a planted fault must turn red."""

LONGEST_S = 60.0
"""Real seconds after which a run is taken for hanging; the cases need far less."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the contract says."""

    check: Check
    message: str


@dataclass(frozen=True, slots=True)
class Performed:
    """A run that has ended, with its events."""

    result: RunResult
    events: tuple[Event, ...]

    def finished(self) -> list[str]:
        """Run paths in the order in which they settled."""
        return [event.path for event in self.events if event.kind is EventKind.STEP_FINISHED]


def workflow(case: Case) -> WorkflowIR:
    """Compile the Melody of a case.

    Raises:
        AssertionError: It has errors.
    """
    file = f"{case.name}.melody.yaml"
    made = compile_text(case.melody, file=file, allow=_allow(case), given=case.files)
    assert made.ir is not None, [f"{one.span}: {one.message}" for one in made.diagnostics]
    return made.ir


def perform(
    case: Case, adapter: OrchestrationAdapter, compiled: Compiled, start: Start
) -> Performed:
    """Run a case once.

    Raises:
        HostFault: The backend broke the contract.
        TimeoutError: It hangs.
    """
    journal = MemoryJournal()
    script = None if case.script is None else Script.read(case.script)
    virtual = script is not None and script.clock == "virtual"
    ir = compiled.ir

    async def run() -> RunResult:
        context = RunContext(
            run="conformance",
            clock=VirtualClock() if virtual else RealClock(),
            players=Troupe(ir.players, Path(), ir.models, _allow(case), script, modules=ir.modules),
            journal=journal,
            seed=None if script is None or script.seed is None else str(script.seed),
            scripted=script is not None,
            people=Nobody() if script is None else ScriptedPeople(script),
            readings=Machine() if script is None else ScriptedReadings(script),
            secrets=case.secrets,
            have=case.have,
        )
        inputs = checked(ir, case.inputs)
        return await asyncio.wait_for(
            adapter.execute(compiled, inputs, context, start=start), LONGEST_S
        )

    return Performed(asyncio.run(run()), tuple(journal.events))


def findings(
    case: Case, adapter: OrchestrationAdapter, compiled: Compiled, start: Start
) -> list[Finding]:
    """Everything that is wrong with a case on a backend; empty if it keeps the contract."""
    found = list(edge_findings(adapter, compiled))
    try:
        performed = perform(case, adapter, compiled, start)
    except HostFault as fault:
        return [*found, Finding("fault", str(fault))]
    except TimeoutError:
        return [*found, Finding("hangs", f"no end after {LONGEST_S:g} s")]
    return [*found, *run_findings(case, compiled, performed, start)]


def edge_findings(adapter: OrchestrationAdapter, compiled: Compiled) -> Iterator[Finding]:
    """Differences between the edges that the framework holds and those of the plan."""
    held = adapter.edges(compiled)
    planned = {here: frozenset(region.edges) for here, region in trails(plan(compiled.ir))}
    for address in {*held, *planned}:
        place = f" of {address}" if address else ""
        missing = planned.get(address, frozenset()) - held.get(address, frozenset())
        extra = held.get(address, frozenset()) - planned.get(address, frozenset())
        yield from (
            Finding("edges", f"{_told(edge)}{place} is missing")
            for edge in sorted(missing, key=_told)
        )
        yield from (
            Finding("edges", f"{_told(edge)}{place} is not planned")
            for edge in sorted(extra, key=_told)
        )


def run_findings(
    case: Case, compiled: Compiled, performed: Performed, start: Start
) -> Iterator[Finding]:
    """What is wrong with a run that has ended."""
    tree = performed.result.to_json()
    for text in differences(case, tree, start=start):
        yield Finding("contract", text)
    if start == "eager":
        for text in in_order(case.expected, performed.finished()):
            yield Finding("order", text)
    yield from entry_findings(compiled, performed)


def entry_findings(compiled: Compiled, performed: Performed) -> Iterator[Finding]:
    """Nodes that were entered more or less often than the plan and the run's steps say."""
    wanted, optional = entries(compiled, performed.result)
    counted = {node: times for node, times in performed.result.entries.items() if times}
    # What failed may have been left before every node of it was entered (spec 1).
    whole = performed.result.error is None and performed.result.status is not RunStatus.PAUSED
    for node in sorted({*wanted, *counted}):
        times, most = counted.get(node, 0), wanted.get(node, 0)
        left_early = times < most and (not whole or node in optional)
        if times != most and not left_early:
            yield Finding("entries", f"{node!r} was entered {times} times, not {most}")


def entries(compiled: Compiled, result: RunResult) -> tuple[dict[str, int], set[str]]:
    """How often each node should have been entered, and which of them may have been left out.

    Left out may be what stands in a graph in which something failed or was cut short.
    """
    steps = result.to_json()["steps"]
    wanted: dict[str, int] = {}
    optional: set[str] = set()
    for here in entered(plan(compiled.ir), steps):
        nodes = [name for name, _ in here.nodes(steps)]
        wanted |= dict.fromkeys(nodes, 1)
        if here.left_early(steps):
            optional.update(nodes)
    return wanted, optional


def _told(edge: Edge) -> str:
    label = f" [{edge.label}]" if edge.label is not None else ""
    group = f" ({edge.group})" if edge.group else ""
    return f"{edge.source} -> {edge.target}{label}{group}"


def _allow(case: Case) -> Allow:
    return Allow(python=case.allow.get("python", ()), command=case.allow.get("command", ()))


Tamper = Callable[[WorkflowIR], Compiled]
"""Builds a faulty object: what a planted fault is."""
