"""The items of a map: each in a LangGraph ``@task`` inside the map's one node.

Not by ``Send``: an empty list of them ends the graph without a word, and a map's own limit cannot
be told to LangGraph (README.md).
"""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.func import task

from adapters.langgraph.state import INPUTS, GraphContext
from conductor_core import nodes
from conductor_core.failed import RegionEnded
from conductor_core.kinds.for_each import end_item
from conductor_core.run import Run
from workflow_ir.ids import RegionPath
from workflow_ir.result import StepRecord

MOST_TASKS = 1000
"""Beyond this many items, several share a task: LangGraph's cost grows with their square."""


async def perform_items(run: Run, address: str, region: RegionPath, count: int, child: Any) -> None:
    """Perform all items of a map that has opened, and see each of them settled.

    Raises:
        RegionEnded: The region of the map ended.
    """
    size = max(1, -(-count // MOST_TASKS))
    batches = [range(first, min(first + size, count)) for first in range(0, count, size)]
    performed = await asyncio.gather(
        *(_batch(run, address, region, indexes, child) for indexes in batches)
    )
    for index, record in enumerate(record for batch in performed for record in batch):
        _recall(run, address, region, index, record)


async def _batch(
    run: Run, address: str, region: RegionPath, indexes: range, child: Any
) -> list[dict[str, Any]]:
    async def items() -> list[dict[str, Any]]:
        records = await asyncio.gather(
            *(_item(run, address, index, region, child) for index in indexes)
        )
        return [record.to_record() for record in records]

    span = f"{indexes[0]}" if len(indexes) == 1 else f"{indexes[0]}-{indexes[-1]}"
    named: Any = task(name=f"{address}[{span}]")  # its types do not admit a function without input
    performed: list[dict[str, Any]] = await named(items)()
    return performed


async def _item(run: Run, address: str, index: int, region: RegionPath, child: Any) -> StepRecord:
    inner = await nodes.open_item(run, address, index, region)
    if inner is not None:
        try:
            await child.ainvoke(
                {INPUTS: {"item": inner}}, context=GraphContext(run=run, region=inner)
            )
        except RegionEnded as ended:
            if ended.region != inner:
                raise
    return await nodes.close_item(run, address, index, region)


def _recall(run: Run, address: str, region: RegionPath, index: int, record: dict[str, Any]) -> None:
    """Take over an item that LangGraph's checkpoint answered instead of performing it again."""
    step = run.regions[region].steps[address]
    item = step.map.items[index] if step.map is not None else None
    if item is not None and item.place.task is None and not item.place.settled.is_set():
        item.place.record = StepRecord.from_record(record)
        end_item(run, step, item)
