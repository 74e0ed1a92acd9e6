"""Planted faults: adapters that build the framework's own object from a graph that is wrong.

The run is still held to the true plan, so that what the wrong object does must be noticed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from adapters.base import Compiled, OrchestrationAdapter
from workflow_ir.plan import Edge, Region, plan
from workflow_ir.workflow import WorkflowIR

Fault = Callable[[Region], Region]


def dropped_edge(source: str, target: str) -> Fault:
    """The target does not wait for the source."""
    return lambda region: _with_edges(
        region, [edge for edge in region.edges if (edge.source, edge.target) != (source, target)]
    )


def extra_edge(source: str, target: str, group: str = "") -> Fault:
    """The target waits for a source that nobody planned."""
    return lambda region: _with_edges(region, [*region.edges, Edge(source, target, group=group)])


def swapped_arms(branch: str, one: str, other: str) -> Fault:
    """Each of two labels leads to the other one's arm."""
    targets = {f"{branch}.{one}": f"{branch}.{other}", f"{branch}.{other}": f"{branch}.{one}"}

    def swap(edge: Edge) -> Edge:
        if edge.source != branch or edge.target not in targets:
            return edge
        return replace(edge, target=targets[edge.target])

    return lambda region: _with_edges(region, [swap(edge) for edge in region.edges])


def or_join(target: str) -> Fault:
    """Any one of the sources lets the target begin."""
    return lambda region: _with_edges(
        region,
        [
            replace(edge, group=edge.source) if edge.target == target else edge
            for edge in region.edges
        ],
    )


def compile_faulty(adapter: OrchestrationAdapter, ir: WorkflowIR, fault: Fault) -> Compiled:
    """What a faulty adapter would make of an IR."""
    with _planning(adapter, fault):
        compiled = adapter.compile(ir)
    return replace(compiled, graph=plan(ir))


@contextmanager
def _planning(adapter: OrchestrationAdapter, fault: Fault) -> Iterator[None]:
    module = sys.modules[type(adapter).__module__]
    with patch.object(module, "plan", lambda ir: fault(plan(ir))):
        yield


def _with_edges(region: Region, edges: list[Edge]) -> Region:
    wrong = tuple(edges)
    assert frozenset(wrong) != frozenset(region.edges), "this fault changes nothing"
    return replace(region, edges=wrong)
