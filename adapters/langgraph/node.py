"""What entering one node of the graph does."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

from langgraph.runtime import Runtime

from adapters.handover import Handover
from adapters.langgraph.places import At, Graphs, perform_places
from adapters.langgraph.standalone import Standalone
from adapters.langgraph.state import GraphContext, channel
from conductor_core import nodes
from conductor_core.failed import HostFault
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import Node, NodeKind, Region


class Action(Protocol):
    """A node's function as LangGraph calls it."""

    def __call__(
        self, state: Any, *, runtime: Runtime[GraphContext | None]
    ) -> Awaitable[dict[str, Any] | None]:
        """The node's update of the state."""


def visit(node: Node, region: Region, alone: Standalone, graphs: Graphs) -> Action:
    """The function of one node.

    In a hosted graph it enters the run at this node and waits; ``RegionEnded`` and ``HostFault``
    pass through LangGraph, whose own retries, timeouts and handlers are off. Used on its own, the
    run is brought back from the state first.

    Args:
        node: The node of the plan.
        region: Its region.
        alone: Makes the run where nobody hosts the graph.
        graphs: The compiled graphs below the region; the places of this node are walked in them.
    """

    async def visited(
        state: Any, *, runtime: Runtime[GraphContext | None]
    ) -> dict[str, Any] | None:
        hosted = runtime.context
        if hosted is not None and hosted.run is not None:
            at = At(hosted.run, RegionPath(hosted.region), node, graphs, hosted.handover)
            with hosted.handover.node():
                return _update(node, await _enter(at))
        if region.address:
            raise HostFault(
                "MEL951", f"the graph {region.address!r} is walked inside its step only"
            )
        async with alone.run(node, state, runtime) as here:
            handover = Handover(here.run.stage.clock, active=True)
            with handover.holding():
                at = At(here.run, ROOT, node, graphs, handover)
                record = await here.asking.meanwhile(_enter(at))
            return _update(node, here.envelope(record))

    return visited


async def _enter(at: At) -> dict[str, Any]:
    with at.handover.waiting():
        entered = await nodes.enter(at.run, at.address, at.region)
    if entered.items is None:
        return entered.record.to_record()
    await perform_places(at)
    with at.handover.waiting():
        return (await nodes.settled(at.run, at.address, at.region)).to_record()


def _update(node: Node, record: dict[str, Any]) -> dict[str, Any] | None:
    """An arm performs nothing and writes nothing; its branch has written the decision."""
    return None if node.kind is NodeKind.ARM else {channel(node.step.address): record}
