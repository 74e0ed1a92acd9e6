"""Agents of LangChain, and the LangChain face of the model port, against a server on loopback."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_llm_cache
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langsmith import tracing_context
from langsmith.run_helpers import get_tracing_context
from pydantic import BaseModel

from adapters.langgraph.adapter import LangGraphAdapter
from adapters.langgraph.agents import dialogue
from adapters.langgraph.agents.chat_model import MelodyChatModel
from adapters.model_call import ModelFailed
from conductor_core.failure.classify import classify
from conductor_core.models.exchange import Server
from conductor_core.models.openai_compatible import OpenAICompatible
from conductor_core.models.port import Reply, ToolCall
from tests.equivalence.dialogues import SEARCH, Fake, brief, says
from tests.servers.openai_wire import Asks, OpenAIWire, Text, status
from workflow_ir.diagnostics import DiagnosticsError


def face(server: OpenAIWire, **parameters: Any) -> MelodyChatModel:
    port = OpenAICompatible(Server("openai/test-model", server.base_url), "test-model")
    return MelodyChatModel(model=port, parameters=parameters)


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def test_messages_reach_the_wire_and_the_answer_comes_back() -> None:
    with OpenAIWire(Text("Hello.", tokens=(11, 4))) as server:
        said = asyncio.run(
            face(server, temperature=0.5).ainvoke(
                [SystemMessage("Be brief."), HumanMessage("Hi.")], stop=["END"]
            )
        )
    assert said.content == "Hello."
    assert said.usage_metadata == {"input_tokens": 11, "output_tokens": 4, "total_tokens": 15}
    (body,) = server.bodies
    assert body == {
        "temperature": 0.5,
        "stop": ["END"],
        "model": "test-model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi."},
        ],
    }


def test_it_can_be_asked_without_a_loop_and_inside_of_one() -> None:
    async def inside() -> object:
        return face(server).invoke("Hi.").content

    with OpenAIWire(Text("one"), Text("two")) as server:
        assert face(server).invoke("Hi.").content == "one"
        assert asyncio.run(inside()) == "two"


def test_a_rate_limit_is_one_request_and_keeps_its_facts() -> None:
    refusal = status(429, "Too Many Requests", headers={"Retry-After": "7"})
    with OpenAIWire(refusal) as server, pytest.raises(ModelFailed) as failed:
        asyncio.run(face(server).ainvoke("Hi."))
    assert server.count == 1
    assert failed.value.standard_error.code == "http.429"
    assert classify(failed.value).retry_after_s == 7


def test_an_agent_of_the_users_own_works_with_it() -> None:
    with OpenAIWire(Asks(("add", {"a": 2, "b": 3})), Text("Five.")) as server:
        agent = create_agent(face(server), [add], system_prompt="Add.")
        state = asyncio.run(agent.ainvoke({"messages": [HumanMessage("2 + 3?")]}))
    assert state["messages"][-1].content == "Five."
    assert server.count == 2
    assert server.bodies[0]["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "add",
                "description": "Add two numbers.",
                "parameters": {
                    "type": "object",
                    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                    "required": ["a", "b"],
                },
            },
        }
    ]
    assert [message["role"] for message in server.bodies[1]["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
    ]
    assert server.bodies[1]["messages"][3]["content"] == "5"


class City(BaseModel):
    name: str
    people: int


def test_structured_output_is_asked_for_by_the_api() -> None:
    with OpenAIWire(Text('{"name": "Ulm", "people": 130000}')) as server:
        found = asyncio.run(face(server).with_structured_output(City).ainvoke("A city?"))
    assert found == City(name="Ulm", people=130000)
    assert server.count == 1
    asked = server.bodies[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert set(asked["json_schema"]["schema"]["properties"]) == {"name", "people"}


def test_an_answer_that_does_not_meet_the_schema_is_told_and_not_asked_for_again() -> None:
    with OpenAIWire(Text("Ulm")) as server:
        told = face(server).with_structured_output(City, include_raw=True)
        found = asyncio.run(told.ainvoke("A city?"))
    assert server.count == 1
    assert found["parsed"] is None
    assert found["raw"].content == "Ulm"
    assert "Ulm" in str(found["parsing_error"])


def test_what_the_port_has_not_is_refused_by_name() -> None:
    picture = HumanMessage([{"type": "image_url", "image_url": {"url": "http://x"}}])
    with OpenAIWire() as server:
        model = face(server)
        with pytest.raises(ValueError, match="tool_choice='any'"):
            model.bind_tools([add], tool_choice="any")
        with pytest.raises(ValueError, match="has no strict"):
            model.with_structured_output(City, strict=True)
        with pytest.raises(ValueError, match="text only, not image_url"):
            model.invoke([picture])
    assert server.count == 0


def test_a_cache_of_the_program_answers_in_nobodys_place() -> None:
    set_llm_cache(InMemoryCache())
    try:
        with OpenAIWire(Text("one"), Text("two")) as server:
            said = [face(server).invoke("Hi.").content for _ in range(2)]
        agents = LangGraphAdapter().agents()
        talks = [Fake([says("three")]), Fake([says("four")])]
        said += [asyncio.run(agents.converse(brief(), talk)) for talk in talks]
    finally:
        set_llm_cache(None)
    assert said == ["one", "two", "three", "four"]


def test_arguments_that_are_no_object_are_told_as_invalid_and_sent_back_as_they_were() -> None:
    with OpenAIWire(Asks(("add", "{a: 1}"), ("add", {"a": 1})), Text("Oh.")) as server:
        model = face(server)
        said = model.invoke("Hi.")
        assert isinstance(said, AIMessage)
        assert [call["args"] for call in said.invalid_tool_calls] == ["{a: 1}"]
        assert [call["args"] for call in said.tool_calls] == [{"a": 1}]
        model.invoke(["Hi.", said, ToolMessage("no", tool_call_id="call_1")])
    sent = server.bodies[1]["messages"][1]["tool_calls"]
    assert {call["function"]["arguments"] for call in sent} == {"{a: 1}", '{"a": 1}'}


class State(TypedDict, total=False):
    said: str


def test_an_agent_in_a_graph_of_the_users_own_takes_nothing_of_it() -> None:
    """Not its checkpointer, not its limits; and what it does is not streamed there."""
    parts: list[Any] = []
    seen: list[Any] = []

    class Looking(Fake):
        async def use(self, call: ToolCall) -> str:
            seen.append(var_child_runnable_config.get())
            return "found"

    async def node(state: State) -> State:
        replies = [says("", (f"c{n}", "search", "{}")) for n in range(5)]
        talk = Looking([*replies, says("Done.")])
        mine = var_child_runnable_config.get()
        answer = await LangGraphAdapter().agents().converse(brief(SEARCH), talk)
        assert var_child_runnable_config.get() is mine
        assert seen == [mine] * 5
        return {"said": answer}

    async def run() -> tuple[Any, list[Any]]:
        saver = InMemorySaver()
        builder = StateGraph(State)
        builder.add_node("one", node)
        builder.add_edge(START, "one")
        builder.add_edge("one", END)
        graph = builder.compile(checkpointer=saver)
        config: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 3}
        modes: Any = ["updates", "messages", "custom"]
        stream = graph.astream({}, config, stream_mode=modes, subgraphs=True)
        parts.extend([part async for part in stream])
        return (await graph.aget_state(config)).values, [one async for one in saver.alist(None)]

    state, saved = asyncio.run(run())
    assert state == {"said": "Done."}
    assert [mode for _, mode, _ in parts] == ["updates"]
    assert {one.config["configurable"]["checkpoint_ns"] for one in saved} == {""}


def test_langchain_traces_nothing_whatever_the_program_has_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside: list[object] = []
    outside: list[object] = []
    usual = dialogue.DialogueModel._recalled

    def recalled(model: Any, message: Any) -> Any:
        inside.append(get_tracing_context()["enabled"])
        return usual(model, message)

    class Looking(Fake):
        async def ask(self, messages: object) -> Reply:
            outside.append(get_tracing_context()["enabled"])
            return self.replies.pop(0)

    monkeypatch.setattr(dialogue.DialogueModel, "_recalled", recalled)
    with tracing_context(enabled=True):
        asyncio.run(LangGraphAdapter().agents().converse(brief(), Looking([says("Done.")])))
    assert inside == [False, False]
    assert outside == [True]  # the dialogue is not LangChain's: the user's own setting holds there


def test_the_model_is_asked_as_often_as_it_may_be_and_langgraph_sets_no_lower_limit() -> None:
    turns = 60
    replies = [says("", (f"c{n}", "search", "{}")) for n in range(turns - 1)]
    talk = Fake([*replies, says("Done.")])
    agents = LangGraphAdapter().agents()
    assert asyncio.run(agents.converse(brief(SEARCH, turns=turns), talk)) == "Done."


def test_without_langchain_an_agent_tells_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.startswith("adapters.langgraph.agents")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "langchain.agents", None)
    with pytest.raises(DiagnosticsError) as missing:
        asyncio.run(LangGraphAdapter().agents().converse(brief(), Fake([])))
    (problem,) = missing.value.diagnostics
    assert problem.code == "MEL903"
    assert problem.help == "pip install 'melody-compiler[langgraph]'"
