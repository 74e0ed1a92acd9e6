"""What entering one node of the graph does."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

from langgraph.runtime import Runtime

from adapters.langgraph.items import perform_items
from adapters.langgraph.standalone import Standalone
from adapters.langgraph.state import GraphContext, channel
from conductor_core import nodes
from conductor_core.failed import HostFault
from conductor_core.run import Run
from workflow_ir.ids import RegionPath
from workflow_ir.plan import Node, NodeKind, Region


class Action(Protocol):
    """A node's function as LangGraph calls it."""

    def __call__(
        self, state: Any, *, runtime: Runtime[GraphContext | None]
    ) -> Awaitable[dict[str, Any] | None]:
        """The node's update of the state."""


def visit(node: Node, region: Region, alone: Standalone, child: Any) -> Action:
    """The function of one node.

    In a hosted graph it enters the run at this node and waits; ``RegionEnded`` and ``HostFault``
    pass through LangGraph, whose own retries, timeouts and handlers are off. Used on its own, the
    run is brought back from the state first.

    Args:
        node: The node of the plan.
        region: Its region.
        alone: Makes the run where nobody hosts the graph.
        child: Of a map over scopes: the compiled graph of one item.
    """

    async def visited(
        state: Any, *, runtime: Runtime[GraphContext | None]
    ) -> dict[str, Any] | None:
        hosted = runtime.context
        if hosted is not None and hosted.run is not None:
            record = await _enter(hosted.run, node, RegionPath(hosted.region), child)
            return _update(node, record)
        if region.address:
            raise HostFault(
                "MEL951", f"the inner graph of map {region.address!r} runs inside its items only"
            )
        async with alone.run(node, state, runtime) as (run, invocation):
            record = await _enter(run, node, RegionPath(""), child)
            return _update(node, {**record, "invocation": invocation})

    return visited


async def _enter(run: Run, node: Node, region: RegionPath, child: Any) -> dict[str, Any]:
    entered = await nodes.enter(run, node.address, region)
    if entered.items is None:
        return entered.record.to_record()
    await perform_items(run, node.address, region, entered.items, child)
    return (await nodes.settled(run, node.address, region)).to_record()


def _update(node: Node, record: dict[str, Any]) -> dict[str, Any] | None:
    """An arm performs nothing and writes nothing; its branch has written the decision."""
    return None if node.kind is NodeKind.ARM else {channel(node.step.address): record}
