"""``edges``: the edges that the framework's object holds are those of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Compiled, OrchestrationAdapter
from adapters.trails import trails
from melody.testing.conformance.finding import Check, Finding
from workflow_ir.plan import Edge, plan


def edge_findings(adapter: OrchestrationAdapter, compiled: Compiled) -> Iterator[Finding]:
    """Differences between the edges that the framework holds and those of the plan."""
    held = adapter.edges(compiled)
    planned = {here: frozenset(region.edges) for here, region in trails(plan(compiled.ir))}
    for address in {*held, *planned}:
        place = f" of {address}" if address else ""
        missing = planned.get(address, frozenset()) - held.get(address, frozenset())
        extra = held.get(address, frozenset()) - planned.get(address, frozenset())
        yield from (
            Finding(Check.EDGES, f"{_told(edge)}{place} is missing")
            for edge in sorted(missing, key=_told)
        )
        yield from (
            Finding(Check.EDGES, f"{_told(edge)}{place} is not planned")
            for edge in sorted(extra, key=_told)
        )


def _told(edge: Edge) -> str:
    label = f" [{edge.label}]" if edge.label is not None else ""
    group = f" ({edge.group})" if edge.group else ""
    return f"{edge.source} -> {edge.target}{label}{group}"
