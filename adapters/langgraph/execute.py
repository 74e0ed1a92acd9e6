"""Let LangGraph walk the graphs of a hosted run."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.runnables.config import var_child_runnable_config
from langsmith import tracing_context

from adapters.handover import Handover
from adapters.langgraph.state import INPUTS, GraphContext
from conductor_core.end_all import end_all
from conductor_core.run import Run
from conductor_core.scope import RegionRun
from workflow_ir.ids import ROOT, RegionPath

_LEAVE_S = 5.0
"""How long the nodes of a run that has ended may take to leave, real seconds; turns of the event
loop are enough."""


async def drive(graph: Any, run: Run) -> None:
    """Invoke the graph; it ends when every node was entered.

    The caller gives this a task of its own, so what is set here for LangGraph stays here.

    Raises:
        RegionEnded: The run failed.
        HostFault: The graph is not the plan of the run.
    """
    # Inside a node of the user's own graph: its checkpointer and limits are not ours.
    var_child_runnable_config.set(None)
    with tracing_context(enabled=False):  # no network, whatever LANGSMITH_TRACING says
        await walk(graph, run, ROOT, run.inputs)


async def walk(graph: Any, run: Run, region: RegionPath, inputs: dict[str, Any]) -> None:
    """Walk the graph of one region of a run.

    Raises:
        RegionEnded: The region failed.
        HostFault: The graph is not the plan of the run.
    """
    handover = Handover(run.stage.clock, active=not run.eager)
    context = GraphContext(run=run, region=region, handover=handover)
    with handover.graph():
        invoked = graph.ainvoke({INPUTS: inputs}, context=context)
        task = asyncio.get_running_loop().create_task(invoked)
        try:
            await asyncio.wait({task})
        finally:
            await _end(task, run.regions[region])
        task.result()


async def _end(task: asyncio.Task[Any], region: RegionRun) -> None:
    """Cancel the graph, but let the nodes of a region that is over leave by themselves first.

    LangGraph that is cancelled between a node's exception and its own leaves that exception to
    asyncio, which complains of it.
    """
    if not task.done() and region.over:
        await asyncio.wait({task}, timeout=_LEAVE_S)
    await end_all([task])
    if not task.cancelled():
        task.exception()
