"""Agents of CrewAI, and the CrewAI face of the model port, against a server on loopback."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from adapters.crewai import silence
from adapters.crewai.adapter import CrewAIAdapter
from adapters.model_call import ModelFailed
from conductor_core.models.exchange import Server
from conductor_core.models.openai_compatible import OpenAICompatible
from conductor_core.models.port import Reply, ToolCall
from tests.equivalence.dialogues import EMAIL, SEARCH, Fake, brief, says
from tests.servers.openai_wire import Asks, OpenAIWire, Text, status
from workflow_ir.diagnostics import DiagnosticsError

AGENTS = CrewAIAdapter().agents()


@pytest.fixture(scope="module")
def faces() -> ModuleType:
    return silence.load("adapters.crewai.agents.llm")


def face(faces: ModuleType, server: OpenAIWire, **parameters: Any) -> Any:
    port = OpenAICompatible(Server("openai/test-model", server.base_url), "test-model")
    return faces.MelodyLLM.of(port, "openai/test-model", parameters)


ADD = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Adds.",
        "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}},
    },
}


class City(BaseModel):
    name: str
    people: int


def test_messages_reach_the_wire_and_the_answer_comes_back(faces: ModuleType) -> None:
    with OpenAIWire(Text("Hello."), Text("Again.")) as server:
        llm = face(faces, server, temperature=0.5)
        messages = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hi."}]},
        ]
        assert llm.call(messages) == "Hello."
        assert asyncio.run(llm.acall("Hi.")) == "Again."
    assert server.bodies == [
        {
            "temperature": 0.5,
            "model": "test-model",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi."},
            ],
        },
        {
            "temperature": 0.5,
            "model": "test-model",
            "messages": [{"role": "user", "content": "Hi."}],
        },
    ]
    usage = llm.get_token_usage_summary()
    assert (usage.prompt_tokens, usage.completion_tokens, usage.successful_requests) == (14, 6, 2)


REFUSAL = status(429, "rate limit reached: too many requests")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """CrewAI's hidden retries wait for nothing."""
    from crewai.llms import retry

    async def at_once(seconds: float) -> None:
        del seconds

    for function, sleep in (
        (retry.run_with_rate_limit_retry, lambda _: None),
        (retry.arun_with_rate_limit_retry, at_once),
    ):
        monkeypatch.setattr(function, "__kwdefaults__", {"sleep": sleep})


@pytest.mark.usefixtures("hasty")
def test_a_rate_limit_is_one_request_in_spite_of_the_hidden_retries(faces: ModuleType) -> None:
    with OpenAIWire(REFUSAL, REFUSAL) as server:
        llm = face(faces, server)
        with pytest.raises(ModelFailed) as failed:
            llm.call("Hi.")
        assert server.count == 1
        with pytest.raises(ModelFailed):
            asyncio.run(llm.acall("Hi."))
        assert server.count == 2
    assert failed.value.standard_error.code == "http.429"


@pytest.mark.usefixtures("hasty")
def test_crewai_still_retries_models_that_are_not_marked(faces: ModuleType) -> None:
    """The trap that ``unretried`` is for: if this fails, CrewAI has given it up."""

    def call(self: Any, *given: Any) -> Any:
        return faces.MelodyLLM.call(self, *given)

    with OpenAIWire(REFUSAL, REFUSAL, REFUSAL) as server:
        port = OpenAICompatible(Server("openai/test-model", server.base_url), "test-model")
        unmarked: Any = type("Unmarked", (faces.MelodyLLM,), {"call": call, "__module__": __name__})
        with pytest.raises(ModelFailed):
            unmarked.of(port, "openai/test-model").call("Hi.")
    assert server.count == 3


def test_an_agent_of_the_users_own_works_with_it(faces: ModuleType) -> None:
    from crewai import Agent
    from crewai.tools import tool

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    with OpenAIWire(Asks(("add", {"a": 2, "b": 3})), Text("Five.")) as server:
        agent: Any = silence.built(
            lambda: Agent(
                role="Adder",
                goal="add",
                backstory="",
                llm=face(faces, server),
                tools=[tool("add")(add)],
            )
        )
        said = _in_a_thread(lambda: agent.kickoff("2 + 3?").raw)
    assert said == "Five."
    assert server.count == 2
    assert server.bodies[0]["tools"][0]["function"]["name"] == "add"
    assert server.bodies[1]["messages"][-1]["content"] == "5"


def _in_a_thread(work: Any) -> Any:
    """A context of its own, without panels."""
    found: list[Any] = []

    def run() -> None:
        silence.quiet()
        found.append(work())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0] if found else None


def test_tool_calls_are_given_back_or_carried_out(faces: ModuleType) -> None:
    with OpenAIWire(*[Asks(("add", {"a": 2}))] * 2) as server:
        llm = face(faces, server)
        (called,) = llm.call("Hi.", tools=[ADD])
        assert called["function"] == {"name": "add", "arguments": '{"a": 2}'}
        done = llm.call("Hi.", tools=[ADD], available_functions={"add": lambda a: a + 1})
    assert done == "3"
    assert server.bodies[0]["tools"] == [ADD]


def test_a_response_model_is_asked_for_by_the_api_and_once(faces: ModuleType) -> None:
    with OpenAIWire(Text('{"name": "Ulm", "people": 130000}'), Text("Ulm")) as server:
        llm = face(faces, server)
        assert llm.call("A city?", response_model=City) == City(name="Ulm", people=130000)
        with pytest.raises(ValueError, match="City"):
            llm.call("A city?", response_model=City)
    assert server.count == 2
    assert server.bodies[0]["response_format"]["type"] == "json_schema"


def test_what_the_port_has_not_is_refused_by_name(faces: ModuleType) -> None:
    with OpenAIWire() as server:
        llm = face(faces, server)
        with pytest.raises(ValueError, match="text only"):
            llm.call([{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}])
        with pytest.raises(ValueError, match="role 'developer'"):
            llm.call([{"role": "developer", "content": "x"}])
    assert server.count == 0


def _events() -> Iterator[list[Any]]:
    from crewai.events import crewai_event_bus
    from crewai.events.types.llm_events import (
        LLMCallCompletedEvent,
        LLMCallFailedEvent,
        LLMCallStartedEvent,
    )
    from crewai.events.types.tool_usage_events import ToolUsageFinishedEvent

    told: list[Any] = []
    with crewai_event_bus.scoped_handlers():
        for kind in (
            LLMCallStartedEvent,
            LLMCallCompletedEvent,
            LLMCallFailedEvent,
            ToolUsageFinishedEvent,
        ):
            crewai_event_bus.on(kind)(lambda _, event: told.append(event))
        yield told


@pytest.fixture
def told(faces: ModuleType) -> Iterator[list[Any]]:
    yield from _events()


def _told(told: list[Any]) -> list[str]:
    from crewai.events import crewai_event_bus

    crewai_event_bus.flush()
    return sorted(event.type for event in told)


def test_crewai_hears_of_every_model_call_and_tool(told: list[Any]) -> None:
    """Its trace handlers wait five seconds for such an event; the user's own listen, too."""
    talk = Fake([says("", ("c", "search", '{"text": "x"}')), says("Done.")])
    asyncio.run(AGENTS.converse(brief(SEARCH), talk))
    assert _told(told) == [
        "llm_call_completed",
        "llm_call_completed",
        "llm_call_started",
        "llm_call_started",
        "tool_usage_finished",
    ]
    used = next(event for event in told if event.type == "tool_usage_finished")
    assert (used.tool_name, used.tool_args) == ("search", {"text": "x"})
    asked = [event for event in told if event.type == "llm_call_completed"]
    assert sorted(event.usage["total_tokens"] for event in asked) == [7, 7]


def test_a_model_that_fails_is_told_as_failed(told: list[Any], faces: ModuleType) -> None:
    with OpenAIWire(status(500)) as server, pytest.raises(ModelFailed):
        face(faces, server).call("Hi.")
    assert _told(told) == ["llm_call_failed", "llm_call_started"]


def test_the_agent_is_an_agent_of_crewai_with_the_roles_of_the_player(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machinery = silence.load("adapters.crewai.agents.machinery")
    made: list[Any] = []
    usual = machinery.Agent

    def noted(**given: Any) -> Any:
        made.append(usual(**given))
        return made[-1]

    monkeypatch.setattr(machinery, "Agent", noted)
    asyncio.run(AGENTS.converse(brief(SEARCH, EMAIL), Fake([says("Done.")])))
    (agent,) = made
    assert (agent.role, agent.goal, agent.backstory) == ("Reader", "find {goal}", "old {tools}")
    assert [tool.name for tool in agent.tools] == ["search", "email_ai", "unknown_tool"]
    schema = agent.tools[0].args_schema.model_json_schema()
    assert schema == SEARCH.parameters
    assert agent.max_retry_limit == 0
    assert agent.verbose is agent.allow_delegation is False


def test_nothing_of_crewai_is_left_running(capfd: pytest.CaptureFixture[str]) -> None:
    talk = Fake([says("", ("c", "search", "{}"))])
    with pytest.raises(BaseException, match="429"):
        asyncio.run(AGENTS.converse(brief(SEARCH), talk))
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith(("melody-agent", "asyncio_"))]
    assert capfd.readouterr() == ("", "")


def test_hooks_of_the_program_that_block_a_tool_do_not_stop_the_agent(faces: ModuleType) -> None:
    from crewai.hooks import (
        register_before_tool_call_hook,
        unregister_before_tool_call_hook,
    )

    def block(context: Any) -> bool | None:
        return False if context.tool_name == "search" else None

    register_before_tool_call_hook(block)
    try:
        talk = Fake([says("", ("1", "search", "{}"), ("2", "email-ai", "{}")), says("Done.")])
        assert asyncio.run(AGENTS.converse(brief(SEARCH, EMAIL), talk)) == "Done."
    finally:
        unregister_before_tool_call_hook(block)
    assert [one.name for one in talk.happened if isinstance(one, ToolCall)] == ["email-ai"]


def test_an_agent_asked_in_a_flow_is_no_part_of_it(faces: ModuleType) -> None:
    from crewai.flow.flow_context import current_flow_id, current_flow_method_name

    seen: list[tuple[object, object]] = []

    class Looking(Fake):
        async def ask(self, messages: object) -> Reply:
            seen.append((current_flow_id.get(), current_flow_method_name.get()))
            return self.replies.pop(0)

    async def run() -> None:
        current_flow_id.set("mine")
        current_flow_method_name.set("here")
        await AGENTS.converse(brief(), Looking([says("Done.")]))
        seen.append((current_flow_id.get(), current_flow_method_name.get()))

    asyncio.run(run())
    assert seen == [("mine", "here")] * 2


def test_without_crewai_an_agent_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("adapters.crewai.agents")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "crewai", None)
    with pytest.raises(DiagnosticsError) as missing:
        asyncio.run(AGENTS.converse(brief(), Fake([])))
    (problem,) = missing.value.diagnostics
    assert problem.code == "MEL903"
    assert problem.help == "pip install 'melody-compiler[crewai]'"
