"""An agent as a graph of LangChain's ``create_agent``."""

from __future__ import annotations

import asyncio
import contextvars

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langsmith import tracing_context

from adapters.desk import Desk
from adapters.langgraph.agents.dialogue import DialogueModel, tools_of
from conductor_core.agents.port import Brief, Dialogue

_SUPERSTEPS_A_TURN = 2
"""The model, then its tools."""

_MARGIN = 8
"""Supersteps beyond; the dialogue ends an agent that takes too many turns, not LangGraph."""


async def converse(brief: Brief, dialogue: Dialogue) -> str:
    """Let a graph of LangChain's work until its model answers.

    It runs in a task and context of its own and keeps nothing: no checkpointer, no stream and no
    trace of a graph that this agent may be a part of. The desk brings the tools of a turn, which
    LangGraph uses at once, into the model's order; with ``max_concurrency`` LangGraph would leave
    coroutines behind that were never awaited when an agent is cancelled.

    Raises:
        DialogueOver: As the dialogue did.
    """
    desk = Desk(brief, dialogue)
    graph = create_agent(
        DialogueModel(desk=desk), tools_of(desk), system_prompt=brief.system, name=brief.name
    )
    config = RunnableConfig(recursion_limit=_SUPERSTEPS_A_TURN * brief.max_turns + _MARGIN)

    async def walk() -> None:
        var_child_runnable_config.set(None)
        with tracing_context(enabled=False):
            await graph.ainvoke({"messages": [HumanMessage(brief.task)]}, config)

    task = asyncio.get_running_loop().create_task(walk(), context=contextvars.copy_context())
    return await desk.serve(task, task.cancel)
