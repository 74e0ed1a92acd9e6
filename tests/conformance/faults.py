"""Planted faults: adapters that build the framework's own object from a graph that is wrong.

The run is still held to the true plan, so that what the wrong object does must be noticed.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from unittest.mock import patch

from adapters.base import Compiled, OrchestrationAdapter
from conductor_core import nodes
from conductor_core.run import Run
from workflow_ir.ids import ROOT, RegionPath
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


Walk = Callable[[], AbstractContextManager[object]]
"""While it lasts, every backend walks the places of its nodes wrongly."""


def place_left_out(address: str, place: int = -1) -> Walk:
    """One place of a node is not walked."""

    def wrong(batch: Sequence[int], seen: int) -> Sequence[int]:
        left_out = place if place >= 0 else seen + len(batch) - 1
        return [index for index in batch if index != left_out]

    return partial(_places, address, wrong)


def place_twice(address: str) -> Walk:
    """The first place of a node is walked twice at the same time."""
    return partial(
        _places, address, lambda batch, seen: [*batch[:1], *batch] if not seen else batch
    )


def closed_at_once(address: str) -> Walk:
    """The places of a node are closed without their graphs being walked."""
    right = nodes.open_item

    async def open_item(
        run: Run, node: str, index: int, region: RegionPath = ROOT
    ) -> RegionPath | None:
        inner = await right(run, node, index, region)
        return None if node == address else inner

    return lambda: patch.object(nodes, "open_item", open_item)


def swapped_regions(one: str, other: str) -> Fault:
    """Each of two graphs below a node is taken for the other one."""

    def swap(region: Region) -> Region:
        children = dict(region.children)
        children[one], children[other] = (
            replace(children[other], address=one),
            replace(children[one], address=other),
        )
        return replace(region, children=children)

    return swap


def inside(address: str, fault: Fault) -> Fault:
    """A fault in the graph of that address below the Melody's own."""
    return lambda region: replace(
        region, children={**region.children, address: fault(region.children[address])}
    )


def _places(
    address: str, wrong: Callable[[Sequence[int], int], Sequence[int]]
) -> AbstractContextManager[object]:
    right = nodes.places

    async def places(
        run: Run, node: str, region: RegionPath = ROOT
    ) -> AsyncIterator[Sequence[int]]:
        seen = 0
        async for batch in right(run, node, region):
            yield wrong(batch, seen) if node == address else batch
            seen += len(batch)

    return patch.object(nodes, "places", places)
