"""What the agents of this adapter take for granted of LangChain's, unpromised; seen on bare ones.

A new release that breaks one of these breaks the place that the message names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tools import BaseTool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError
from langgraph.graph import END, START, StateGraph
from langsmith import tracing_context
from langsmith.utils import tracing_is_enabled
from typing_extensions import TypedDict


class Said(BaseChatModel):
    """A model that says what it is told, and notes what it was asked."""

    says: Callable[[int], AIMessage]
    asked: list[Any] = []

    @property
    def _llm_type(self) -> str:
        return "said"

    def bind_tools(self, tools: Any, **_: Any) -> Said:
        return self

    async def _agenerate(self, messages: Any, *_: Any, **more: Any) -> ChatResult:
        self.asked.append(list(messages))
        message = self.says(len(self.asked))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _generate(self, *_: Any, **more: Any) -> ChatResult:
        raise AssertionError("agents/dialogue.py: a graph asks its model in a thread")


class Looks(BaseTool):
    """Notes which of its uses are under way at once."""

    name: str = "look"
    description: str = "Looks."
    args_schema: Any = {"type": "object", "properties": {"n": {"type": "integer"}}}
    under_way: list[int] = []

    async def _arun(self, /, **_: Any) -> str:
        self.under_way.append(1)
        await asyncio.sleep(0)
        at_once = sum(self.under_way)
        await asyncio.sleep(0)
        self.under_way.pop()
        return str(at_once)

    def _run(self, /, **_: Any) -> str:
        raise AssertionError("agents/dialogue.py: a tool is used in a thread")


def wants(*ids: str, name: str = "look") -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": {"n": 1}, "id": each} for each in ids])


def agent(model: Said, **more: Any) -> Any:
    return create_agent(model, [Looks(under_way=[])], system_prompt="Be brief.", **more)


def said(*messages: AIMessage) -> Said:
    return Said(says=lambda n: messages[min(n, len(messages)) - 1], asked=[])


def ask(graph: Any, **config: Any) -> Any:
    return asyncio.run(graph.ainvoke({"messages": [HumanMessage("Hi.")]}, config))


def test_a_model_and_its_tools_are_asked_by_their_asynchronous_methods() -> None:
    model = said(wants("1"), AIMessage("Done."))
    state = ask(agent(model))
    message = "agents/dialogue.py: the desk answers what LangChain does not ask"
    assert [one.type for one in model.asked[0]] == ["system", "human"], message
    assert [one.type for one in model.asked[1]] == ["system", "human", "ai", "tool"], message
    assert state["messages"][-1].content == "Done.", message


def test_a_model_has_to_name_its_type() -> None:
    assert "_llm_type" in BaseChatModel.__abstractmethods__, "agents: `_llm_type` may go"
    assert "_generate" in BaseChatModel.__abstractmethods__, "agents: `_generate` may go"


def test_tools_of_one_turn_are_used_at_once_and_told_in_the_order_of_the_model() -> None:
    state = ask(agent(said(wants("1", "2"), AIMessage("Done."))))
    answers = [one for one in state["messages"] if isinstance(one, ToolMessage)]
    assert [one.tool_call_id for one in answers] == ["1", "2"], "desk.py: answers change places"
    assert {one.content for one in answers} == {"2"}, "desk.py: `together` may go"


def test_a_tool_that_does_not_exist_is_answered_by_langgraph_itself() -> None:
    state = ask(agent(said(wants("1", name="no_such"), AIMessage("Done."))))
    (answer,) = [one for one in state["messages"] if isinstance(one, ToolMessage)]
    assert "not a valid tool" in answer.content, "desk.py: `unknown_tool` may go"


def test_a_reply_of_unreadable_calls_alone_ends_the_graph_in_silence() -> None:
    bad: Any = {"type": "invalid_tool_call", "id": "1", "name": "look", "args": "{", "error": "no"}
    model = said(AIMessage("", invalid_tool_calls=[bad]), AIMessage("Done."))
    state = ask(agent(model))
    assert (len(model.asked), state["messages"][-1].content) == (1, ""), (
        "#33504 is mended upstream: arguments that are no object need not be put back"
    )


def test_a_turn_costs_two_supersteps() -> None:
    turns = 5

    def looking() -> Said:
        return said(*[wants(str(n)) for n in range(turns - 1)], AIMessage("Done."))

    ask(agent(looking()), recursion_limit=2 * turns)
    with pytest.raises(GraphRecursionError):
        ask(agent(looking()), recursion_limit=2 * turns - 2)


def test_an_agent_without_the_variable_takes_no_limit_and_no_thread_of_the_graph_outside() -> None:
    class State(TypedDict, total=False):
        a: Any

    seen: list[Any] = []

    class Looking(Looks):
        async def _arun(self, /, **_: Any) -> str:
            config: Any = var_child_runnable_config.get()
            facts = config["configurable"]
            seen.append((config.get("max_concurrency"), facts.get("thread_id")))
            return "x"

    async def outside(state: State) -> None:
        async def walk() -> None:
            var_child_runnable_config.set(None)
            graph = create_agent(said(wants("1"), AIMessage("Done.")), [Looking()])
            await graph.ainvoke({"messages": [HumanMessage("Hi.")]})

        await asyncio.get_running_loop().create_task(walk(), context=copy_context())

    builder = StateGraph(State)
    builder.add_node("outside", outside)
    builder.add_edge(START, "outside")
    builder.add_edge("outside", END)
    graph = builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}, "max_concurrency": 7}
    asyncio.run(graph.ainvoke({"a": 1}, config))
    assert seen == [(None, None)], (
        "agents/machinery.py: an agent is a part of the graph that it is asked in"
    )


def test_tracing_is_off_in_a_context_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    with tracing_context(enabled=False):
        inside = tracing_is_enabled()
    assert inside is False, "execute.py, agents/machinery.py: runs are reported to LangSmith"


def test_a_model_whose_cache_is_off_asks_no_cache_of_the_program() -> None:
    from langchain_core.caches import InMemoryCache
    from langchain_core.globals import get_llm_cache, set_llm_cache

    before = get_llm_cache()
    set_llm_cache(InMemoryCache())
    try:
        counts = []
        for cache in (False, None):
            model = Said(says=lambda n: AIMessage("x"), asked=[], cache=cache)
            for _ in range(2):
                asyncio.run(model.ainvoke("Hi."))
            counts.append(len(model.asked))
    finally:
        set_llm_cache(before)
    assert counts == [2, 1], "agents: a cache answers in the place of the Melody's model"
