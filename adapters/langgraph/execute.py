"""Let LangGraph walk the graph of a hosted run."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables.config import var_child_runnable_config
from langsmith import tracing_context

from adapters.langgraph.state import INPUTS, GraphContext
from conductor_core.run import Run


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
        await graph.ainvoke({INPUTS: run.inputs}, context=GraphContext(run=run))
