"""Driving one case on one backend: compile, run, read the graph back, and name what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from adapters.base import Compiled, OrchestrationAdapter
from adapters.standalone import checked
from compiler.pipeline import compile_text
from conductor_core.clock.real import RealClock
from conductor_core.clock.virtual import VirtualClock
from conductor_core.failed import HostFault
from conductor_core.journal.memory import MemoryJournal
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.run import Start
from conductor_core.stage import RunContext
from tests.conformance.cases import Case
from tests.conformance.expect import differences, entries, in_order
from workflow_ir.allow import Allow
from workflow_ir.events import Event, EventKind
from workflow_ir.plan import Edge, plan
from workflow_ir.result import RunResult
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
    made = compile_text(case.melody, file=f"{case.name}.melody.yaml", allow=_allow(case))
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
            players=Troupe(ir.players, Path(), ir.models, _allow(case), script),
            journal=journal,
            seed=None if script is None or script.seed is None else str(script.seed),
            scripted=script is not None,
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
    planned = {
        region.address: frozenset(region.edges) for region in plan(compiled.ir).all_regions()
    }
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
    yield from _entry_findings(case, compiled, performed)


def _entry_findings(case: Case, compiled: Compiled, performed: Performed) -> Iterator[Finding]:
    steps = performed.result.to_json()["steps"]
    wanted = entries(plan(compiled.ir), steps)
    counted = {node: times for node, times in performed.result.entries.items() if times}
    # What failed may have been left before every node of it was entered (spec 1).
    whole = performed.result.error is None
    for node in {*wanted, *counted}:
        times, most = counted.get(node, 0), wanted.get(node, 0)
        left_early = times < most and (not whole or ended_early(node, steps))
        if times != most and not left_early:
            yield Finding("entries", f"{node!r} was entered {times} times, not {most}")


def ended_early(node: str, steps: Mapping[str, Mapping[str, object]]) -> bool:
    """The node lies in the graph of an item that failed or was cancelled."""
    item, slash, _ = node.rpartition("/")
    return bool(slash) and any(
        steps[path]["status"] in ("failed", "cancelled")
        for path in steps
        if path.endswith("]") and (item == path or item.startswith(f"{path}."))
    )


def _told(edge: Edge) -> str:
    label = f" [{edge.label}]" if edge.label is not None else ""
    group = f" ({edge.group})" if edge.group else ""
    return f"{edge.source} -> {edge.target}{label}{group}"


def _allow(case: Case) -> Allow:
    return Allow(python=case.allow.get("python", ()), command=case.allow.get("command", ()))


Tamper = Callable[[WorkflowIR], Compiled]
"""Builds a faulty object: what a planted fault is."""
