"""Which graphs a run entered, told from the plan and the steps of its result. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from adapters.trails import below
from workflow_ir.ids import item_path, iteration_path, within
from workflow_ir.plan import Node, NodeKind, Region
from workflow_ir.steps import Call, Repeat, layers

Steps = Mapping[str, Mapping[str, Any]]
"""``steps`` of a run object, by run path."""


_CUT = ("failed", "cancelled", "pending", "running", "waiting")


@dataclass(frozen=True, slots=True)
class Entered:
    """One performance of a region."""

    region: Region
    path: str
    """Its run path: where its entries are counted."""
    run_path: Callable[[str], str]
    """Of the region's step addresses."""
    perhaps: bool = False
    """It may have been left before its end, or not been entered at all: something round it was cut
    short, or a guarded branch was skipped, by its own ``when`` or for want of an arm."""

    def nodes(self, steps: Steps) -> Iterator[tuple[str, Node]]:
        """The nodes that are entered once if this graph is walked to its end, by counted name.

        Every node of a scope that was entered, of arms those taken, is; no other one.
        """
        for address, node in self.region.nodes.items():
            record = steps.get(self.run_path(node.step.address))
            taken = record is not None
            if record is not None and node.kind is NodeKind.ARM and node.arm is not None:
                taken = record.get("branch") == node.arm.name
            if taken:
                yield f"{self.path}/{address}" if self.path else address, node

    def left_early(self, steps: Steps) -> bool:
        """Something in it failed or was cancelled, so its end may not have been reached."""
        if self.perhaps:
            return True
        own = {self.run_path(node.step.address) for node in self.region.nodes.values()}
        return any(steps[path]["status"] in _CUT for path in own if path in steps)


def entered(plan: Region, steps: Steps) -> Iterator[Entered]:
    """Every performance of every region."""
    yield from _entered(Entered(plan, "", str), steps)


def _entered(here: Entered, steps: Steps) -> Iterator[Entered]:
    yield here
    for node in here.region.nodes.values():
        path = here.run_path(node.step.address)
        for name, region in below(here.region, node).items():
            for place in _places(node, name, path, steps):
                of = place if node.kind is NodeKind.MAP else path
                record = steps.get(of, {"status": "pending"})
                cut = here.left_early(steps) or record["status"] in (*_CUT, "gap")
                cut |= node.kind is NodeKind.MAP and _mended(place, record, steps)
                inner = _inner(here, node, name, region, place)
                if node.address in region.nodes and node.kind is NodeKind.NEST:
                    decided = record.get("branch") is not None
                    if decided or record["status"] not in ("pending", "cancelled"):
                        yield from _entered(replace(inner, perhaps=cut or not decided), steps)
                elif any(_inside(place, each, node.kind) for each in steps):
                    yield from _entered(replace(inner, perhaps=cut), steps)


def _mended(item: str, record: Mapping[str, Any], steps: Steps) -> bool:
    """An item that failed inside and got its output in another way; its graph was left there."""
    inside = (path for path in steps if path != item and _inside(item, path, NodeKind.MAP))
    return record["status"] == "recovered" and any(steps[path]["status"] in _CUT for path in inside)


def _inner(here: Entered, node: Node, name: str, region: Region, place: str) -> Entered:
    step, kind = node.step.address, node.kind
    called = kind is NodeKind.NEST and isinstance(layers(node.step).verb, Call)
    outside = within(step, name) if name else step

    def run_path(address: str) -> str:
        return f"{place}/{address}" if called else f"{place}{address.removeprefix(outside)}"

    # The inside of an item has a graph within the item's graph: both are called after the item.
    counted = f"{place}~inside" if kind is NodeKind.NEST and place == here.path else place
    return Entered(region, counted, run_path)


def _places(node: Node, name: str, path: str, steps: Steps) -> Iterator[str]:
    """The run paths of the places of a node that could have been entered."""
    if name:
        yield within(path, name)
    elif node.kind is NodeKind.MAP:
        for index in count():
            if item_path(path, index) not in steps:
                return
            yield item_path(path, index)
    elif isinstance(layers(node.step).verb, Repeat):
        for number in count(1):
            if not any(_inside(iteration_path(path, number), each, node.kind) for each in steps):
                return
            yield iteration_path(path, number)
    else:
        yield path


def _inside(place: str, path: str, kind: NodeKind) -> bool:
    """A step of that path lies in a place; of an item, it is the item itself."""
    if kind is NodeKind.MAP and path == place:
        return True
    return path.startswith(place) and path[len(place) :][:1] in (".", "/")
