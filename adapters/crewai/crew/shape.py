"""Which graphs a crew can express, and in which layers its tasks stand.

A crew works through a list of tasks. A synchronous task begins when all tasks before it have ended;
asynchronous ones that stand together begin together. What such a list can say is **a chain, or
layers of fan-out and join**:

- every node performs: no decision, no arm, no join of arms;
- of two neighbouring layers one at least holds a single step, and the last layer does: CrewAI
  refuses asynchronous tasks that follow asynchronous ones, and more than one at the end;
- a single step behind a layer of several waits for each of them itself.

Then the order in which the crew works is the order of the plan, no more and no less. Where one
of these does not hold, a crew would still give the same outputs, but would let steps wait for
steps that they have nothing to do with; there a flow is built.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from workflow_ir.plan import NodeKind, Region

_PERFORMS = (NodeKind.STEP, NodeKind.MAP, NodeKind.NEST)


@dataclass(frozen=True, slots=True)
class Layers:
    """The order of a crew's tasks."""

    layers: tuple[tuple[str, ...], ...]
    """Addresses of nodes, in file order within a layer."""

    def __str__(self) -> str:
        """In the words of an explanation."""
        if all(len(layer) == 1 for layer in self.layers):
            return "its steps are a chain"
        return "its steps are layers of fan-out and join"


@dataclass(frozen=True, slots=True)
class NoCrew:
    """A crew cannot express it."""

    reason: str

    def __str__(self) -> str:
        """In the words of an explanation."""
        return self.reason


def shape(region: Region) -> Layers | NoCrew:
    """The layers of a graph, or why a crew cannot express it."""
    if not region.nodes:
        return NoCrew("it has no steps")
    for node in region.nodes.values():
        if node.kind not in _PERFORMS:
            return NoCrew(f"{node.step.address!r} is a branch, and a crew takes no decisions")
    if any(edge.label is not None or edge.group for edge in region.edges):
        return NoCrew("some of its steps wait for one step or another")
    layers = _layers(region)
    if layers is None:
        return NoCrew("its steps wait for one another in a circle")
    incoming = region.incoming()
    for before, layer in pairwise(layers):
        if len(before) > 1 and len(layer) > 1:
            return NoCrew(
                f"{_told(layer)} stand side by side behind {_told(before)}, which do so too"
            )
        if len(before) > 1:
            waited = {edge.source for edge in incoming[layer[0]].get("", ())}
            passed = [address for address in before if address not in waited]
            if passed:
                return NoCrew(f"{layer[0]!r} does not wait for {_told(passed)} beside it")
    if len(layers[-1]) > 1:
        return NoCrew(f"{_told(layers[-1])} end it side by side, and a crew ends with one task")
    return Layers(layers)


def _layers(region: Region) -> tuple[tuple[str, ...], ...] | None:
    """Nodes by the length of the longest way to them; None where there is a circle."""
    outgoing = region.outgoing()
    waiting = dict.fromkeys(region.nodes, 0)
    for edge in region.edges:
        waiting[edge.target] += 1
    layers: list[tuple[str, ...]] = []
    placed = 0
    layer = {address for address, left in waiting.items() if left == 0}
    while layer:
        layers.append(tuple(address for address in region.nodes if address in layer))
        placed += len(layer)
        following: set[str] = set()
        for address in layer:
            for edge in outgoing[address]:
                waiting[edge.target] -= 1
                if waiting[edge.target] == 0:
                    following.add(edge.target)
        layer = following
    return tuple(layers) if placed == len(region.nodes) else None


def _told(addresses: tuple[str, ...] | list[str]) -> str:
    return " and ".join(map(repr, addresses))
