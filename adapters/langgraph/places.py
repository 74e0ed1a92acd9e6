"""The places inside one node: items of a map, and whatever else has graphs of its own.

The items of a map stand each in a LangGraph ``@task``. Not in a ``Send``: an empty list of them
ends the graph without a word, and a map's own limit cannot be told to LangGraph (README.md). The
other places have no task: a stored one would be answered by a checkpoint without its graph being
walked, and the conductor performs the inside of a step as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.func import task

from adapters.handover import Handover
from adapters.langgraph.execute import walk
from adapters.together import together
from conductor_core import nodes
from conductor_core.failed import RegionEnded
from conductor_core.kinds.for_each import end_item
from conductor_core.run import Run
from workflow_ir.ids import RegionPath
from workflow_ir.plan import Node, NodeKind
from workflow_ir.result import StepRecord

MOST_TASKS = 1000
"""Beyond this many items, several share a task: LangGraph's cost grows with their square."""

Graphs = Mapping[str, Any]
"""The compiled graphs below a node, by the address of their region."""


@dataclass(frozen=True, slots=True)
class At:
    """One node that is walked."""

    run: Run
    region: RegionPath
    node: Node
    graphs: Graphs
    """The compiled graphs below its region."""
    handover: Handover

    @property
    def address(self) -> str:
        """The node's."""
        return self.node.address


async def perform_places(at: At) -> None:
    """Walk every place of a node that has opened, and see each of them settled.

    Iterations of a loop come one after the other, each in a use of its graph of its own, so that
    no loop runs into LangGraph's limit of supersteps.

    Raises:
        RegionEnded: The region of the node ended.
    """
    with at.handover.waiting():
        async for batch in nodes.places(at.run, at.address, at.region):
            if at.node.kind is NodeKind.MAP:
                await _items(at, batch)
            else:
                await together(_place(at, index) for index in batch)


async def _items(at: At, indexes: Sequence[int]) -> None:
    size = max(1, -(-len(indexes) // MOST_TASKS))
    batches = [indexes[first : first + size] for first in range(0, len(indexes), size)]
    performed = await together(_task(at, batch) for batch in batches)
    records = (record for batch in performed for record in batch)
    for index, record in zip(indexes, records, strict=True):
        _recall(at, index, record)


async def _task(at: At, indexes: Sequence[int]) -> list[dict[str, Any]]:
    async def items() -> list[dict[str, Any]]:
        with at.handover.waiting():
            records = await together(_place(at, index) for index in indexes)
        return [record.to_record() for record in records]

    span = f"{indexes[0]}" if len(indexes) == 1 else f"{indexes[0]}-{indexes[-1]}"
    name = f"{at.address}[{span}]"
    named: Any = task(name=name)  # its types do not admit a function without input
    with at.handover.holding():  # LangGraph takes its time to begin
        performed: list[dict[str, Any]] = await named(items)()
    return performed


async def _place(at: At, index: int) -> StepRecord:
    run, waiting = at.run, at.handover.waiting
    with at.handover.holding():
        with waiting():
            inner = await nodes.open_item(run, at.address, index, at.region)
        if inner is not None:
            graph = at.graphs[run.regions[inner].region.address]
            try:
                with waiting():
                    await walk(graph, run, inner, {"place": inner})
            except RegionEnded as ended:
                if ended.region != inner:
                    raise
        with waiting():
            return await nodes.close_item(run, at.address, index, at.region)


def _recall(at: At, index: int, record: dict[str, Any]) -> None:
    """Take over an item that LangGraph's checkpoint answered instead of performing it again."""
    step = at.run.regions[at.region].steps[at.address]
    item = step.map.items[index] if step.map is not None else None
    if item is not None and item.place.task is None and not item.place.settled.is_set():
        item.place.record = StepRecord.from_record(record)
        end_item(at.run, step, item)
