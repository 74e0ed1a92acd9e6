"""An agent as a ``crewai.Agent``."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from crewai import Agent
from crewai.core.providers.human_input import set_provider
from crewai.events import crewai_event_bus
from crewai.events.types.agent_events import (
    LiteAgentExecutionCompletedEvent,
    LiteAgentExecutionErrorEvent,
    LiteAgentExecutionStartedEvent,
)
from crewai.execution import begin_execution
from crewai.utilities.string_utils import sanitize_tool_name

from adapters.crewai.agents.dialogue import DialogueLLM, Opening, tools_of
from adapters.crewai.silence import built, quiet
from adapters.desk import Desk, Left
from conductor_core.agents.port import Brief, Dialogue

_MARGIN = 2
"""Turns beyond; the dialogue ends an agent that takes too many, not CrewAI, which would ask the
model once more for a last word."""


async def converse(brief: Brief, dialogue: Dialogue) -> str:
    """Let an ``Agent`` of CrewAI's work until its model answers.

    CrewAI calls models and tools synchronously, so the agent has a thread of its own, with an
    event loop and a context of its own; it leaves them before this returns.

    Raises:
        DialogueOver: As the dialogue did.
    """
    desk = Desk(brief, dialogue, sanitize_tool_name)
    opening = Opening(brief)

    def made() -> Agent:
        agent = Agent(
            role=brief.role,
            goal=brief.goal,
            backstory=brief.backstory,
            llm=DialogueLLM.of(desk, opening, brief.name),
            tools=list(tools_of(desk)),
            max_iter=brief.max_turns + _MARGIN,
            max_retry_limit=0,
            allow_delegation=False,
            verbose=False,
            cache=False,
            respect_context_window=False,
            use_better_compaction=False,
        )
        agent.create_agent_executor()
        return agent

    agent = built(made)

    def work() -> None:
        quiet()
        begin_execution(tracing=False)  # or CrewAI asks its own settings whether to trace
        set_provider(opening)
        _kick_off(agent, brief)

    return await desk.serve(_in_thread(work, brief.name), lambda: None)


def _kick_off(agent: Agent, brief: Brief) -> None:
    """What ``Agent.kickoff`` does, on the executor that was made with the agent.

    ``kickoff`` makes another one, which looks into the user's home whether to collect traces.
    """
    info = {"id": agent.id, "role": agent.role, "goal": agent.goal, "backstory": agent.backstory}
    executor = agent.agent_executor
    assert executor is not None
    started = LiteAgentExecutionStartedEvent(
        agent_info=info, tools=executor.tools, messages=brief.task
    )
    crewai_event_bus.emit(agent, event=started)
    try:
        executor.invoke({"input": brief.task, "tool_names": "", "tools": ""})
        answer = executor.state.current_answer
    except BaseException as problem:
        failed = LiteAgentExecutionErrorEvent(
            agent_info=info, error=str(problem) or type(problem).__name__
        )
        crewai_event_bus.emit(agent, event=failed)
        raise
    done = LiteAgentExecutionCompletedEvent(agent_info=info, output=str(answer))
    crewai_event_bus.emit(agent, event=done)


def _in_thread(work: Callable[[], Any], name: str) -> asyncio.Future[None]:
    """Work in a thread and a context of its own; done when the thread has nothing left to do."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def end(problem: BaseException | None) -> None:
        if problem is None or isinstance(problem, Left):
            done.set_result(None)
        else:
            done.set_exception(problem)

    def run() -> None:
        problem: BaseException | None = None
        try:
            contextvars.Context().run(work)
        except BaseException as raised:  # noqa: BLE001  it is raised where the agent is awaited
            problem = raised
        with suppress(RuntimeError):  # the loop was closed over a thread that was left behind
            loop.call_soon_threadsafe(end, problem)

    thread = threading.Thread(target=run, name=f"melody-agent-{name}", daemon=True)
    done.add_done_callback(lambda _: thread.join())  # it is at its last line
    thread.start()
    return done
