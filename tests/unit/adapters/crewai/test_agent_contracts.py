"""What the agents of this adapter take for granted of CrewAI's, unpromised; seen on bare ones.

A new release that breaks one of these breaks the place that the message names.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context
from typing import Any

import pytest

from adapters.crewai.silence import built, load, quiet

load("adapters.crewai.agents.machinery")

from crewai import Agent, execution  # noqa: E402 - imported in silence first
from crewai.agents.agent_executor import AgentExecutor  # noqa: E402
from crewai.core.providers.human_input import SyncHumanInputProvider, set_provider  # noqa: E402
from crewai.events import crewai_event_bus  # noqa: E402
from crewai.events.types import llm_events  # noqa: E402
from crewai.execution import begin_execution  # noqa: E402
from crewai.llms.base_llm import BaseLLM, llm_call_context  # noqa: E402
from crewai.tools.base_tool import BaseTool  # noqa: E402
from crewai.utilities.string_utils import sanitize_tool_name  # noqa: E402
from pydantic import BaseModel, PrivateAttr  # noqa: E402


class Said(BaseLLM):
    """A model that says what it is told, and notes what it was asked."""

    _says: Any = PrivateAttr(default=None)
    _asked: list[Any] = PrivateAttr(default_factory=list)

    @classmethod
    def of(cls, says: Callable[[int], Any]) -> Said:
        llm = cls(model="m", provider="melody")
        llm._says = says
        return llm

    def supports_function_calling(self) -> bool:
        return True

    def supports_stop_words(self) -> bool:
        return False

    def call(self, messages: Any, *_: Any, **more: Any) -> Any:
        self._asked.append([dict(one) for one in messages])
        return self._says(len(self._asked))


class Tool(BaseTool):
    name: str = "look"
    description: str = "Looks."
    _used: list[Any] = PrivateAttr(default_factory=list)

    def _run(self, /, **given: Any) -> str:
        self._used.append(given)
        return "seen"


class Opens(SyncHumanInputProvider):
    """Sets up the first message; empties the counter of tools where it is told to."""

    executor: Any = None

    def setup_messages(self, context: Any) -> bool:
        context.messages.append({"role": "user", "content": "Only this."})
        self.executor = context
        return True


def wants(n: int, name: str = "look") -> list[dict[str, Any]]:
    function = {"name": name, "arguments": json.dumps({})}
    return [{"id": f"c{n}", "type": "function", "function": function}]


def worked(llm: BaseLLM, opens: Opens, tools: Sequence[BaseTool] = (), **more: Any) -> Any:
    """The executor of a bare agent after its work."""

    def made() -> Agent:
        agent = Agent(
            role="r", goal="g", backstory="b", llm=llm, tools=list(tools), max_retry_limit=0,
            verbose=False, cache=False, **more,
        )  # fmt: skip
        agent.create_agent_executor()
        return agent

    agent = built(made)

    def work() -> None:
        quiet()
        begin_execution(tracing=False)
        set_provider(opens)
        executor = agent.agent_executor
        assert executor is not None
        executor.invoke({"input": "the task", "tool_names": "", "tools": ""})

    Context().run(work)
    return agent.agent_executor


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """CrewAI's events of models."""
    heard: list[Any] = []
    with crewai_event_bus.scoped_handlers():
        for kind in ("Started", "Completed", "Failed"):

            def note(_: Any, event: Any) -> None:
                heard.append(event)

            crewai_event_bus.on(getattr(llm_events, f"LLMCall{kind}Event"))(note)
        yield heard


@pytest.mark.parametrize(("marked", "tries"), [(True, 1), (False, 3)])
def test_a_call_that_is_marked_as_wrapped_is_not_wrapped_in_retries(
    marked: bool, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[int] = []

    def call(self: Any, messages: Any) -> str:
        called.append(1)
        raise RuntimeError("429 Too Many Requests: rate limit")

    async def acall(self: Any, messages: Any) -> str:
        return call(self, messages)

    async def at_once(_: float) -> None:
        pass

    monkeypatch.setattr("crewai.llms.retry.time.sleep", lambda _: None)
    monkeypatch.setattr("crewai.llms.retry.asyncio.sleep", at_once)
    for one in (call, acall) if marked else ():
        vars(one)["_crewai_rate_limit_wrapped"] = True
    llm: Any = type("Limited", (BaseLLM,), {"call": call, "acall": acall})(model="m")
    with pytest.raises(RuntimeError):
        llm.call("Hi.")
    with pytest.raises(RuntimeError):
        asyncio.run(llm.acall("Hi."))
    assert len(called) == 2 * tries, "agents/told.py: one call of a model is several requests"


def test_a_model_tells_its_calls_by_three_methods(told: list[Any]) -> None:
    llm = Said.of(lambda _: "x")
    message = "agents/told.py: traces wait five seconds for events of a model call"

    def work() -> None:
        with llm_call_context():
            llm._emit_call_started_event("Hi.", tools=None, from_task=None, from_agent=None)
            llm._emit_call_completed_event(
                response="x", call_type=llm_events.LLMCallType.LLM_CALL, messages="Hi.",
                usage={"total_tokens": 3}, from_task=None, from_agent=None,
            )  # fmt: skip
            llm._emit_call_failed_event(error="no", from_task=None, from_agent=None)

    Context().run(work)
    assert crewai_event_bus.flush()
    by_kind = {event.type: event for event in told}
    assert set(by_kind) == {"llm_call_started", "llm_call_completed", "llm_call_failed"}, message
    assert len({event.call_id for event in told}) == 1, message
    assert by_kind["llm_call_completed"].usage == {"total_tokens": 3}, message


def test_a_model_adds_tokens_up_by_a_private_method() -> None:
    llm = Said.of(lambda _: "x")
    for _ in range(2):
        llm._track_token_usage_internal(
            {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
        )
    usage = llm.get_token_usage_summary()
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (10, 4, 14), (
        "agents/told.py: a crew of the user's reports no tokens of our models"
    )
    assert usage.successful_requests == 2


def test_a_text_is_one_message_of_the_user_and_messages_stay() -> None:
    llm = Said.of(lambda _: "x")
    message = "agents/llm.py: a text alone cannot be sent to a model"
    assert llm._format_messages("Hi.") == [{"role": "user", "content": "Hi."}], message
    given = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi."}]
    assert llm._format_messages(given) == given, message  # type: ignore[arg-type]


def test_an_answer_is_read_as_the_response_model_or_refused() -> None:
    class City(BaseModel):
        people: int

    llm = Said.of(lambda _: "x")
    message = "agents/llm.py: `response_model` is not what the caller gets"
    assert llm._validate_structured_output("x", None) == "x", message
    assert llm._validate_structured_output('{"people": 3}', City) == City(people=3), message
    with pytest.raises(ValueError, match="people"):
        llm._validate_structured_output("{}", City)


def test_a_tool_is_carried_out_by_a_private_method() -> None:
    llm = Said.of(lambda _: "x")

    def carried_out() -> Any:
        quiet()
        return llm._handle_tool_execution("add", {"a": 1}, {"add": lambda a: a + 1}, None, None)

    assert str(Context().run(carried_out)) == "2", (
        "agents/llm.py: `available_functions` are not called"
    )


def test_a_provider_that_sets_up_the_messages_keeps_crewais_own_words_out() -> None:
    llm = Said.of(lambda _: "done")
    opens = Opens()
    executor = worked(llm, opens, [Tool()])
    message = "agents/dialogue.py: CrewAI's templates stand in what is sent to the model"
    assert llm._asked == [[{"role": "user", "content": "Only this."}]], message
    assert isinstance(opens.executor, AgentExecutor), "agents/dialogue.py: no counter to be emptied"
    assert executor.state.current_answer.output == "done", "agents/machinery.py: no answer is told"


@pytest.mark.parametrize("emptied", [True, False])
def test_a_tool_that_is_used_alike_a_few_times_stops_the_agent(emptied: bool) -> None:
    opens, tool = Opens(), Tool(max_usage_count=99)

    def says(n: int) -> Any:
        if emptied:
            opens.executor._tool_call_counts.clear()
        return wants(n) if n <= 8 else "done"

    if emptied:
        worked(Said.of(says), opens, [tool], max_iter=20)
    else:
        with pytest.raises(Exception, match=r"(?i)repeat|identical|same"):
            worked(Said.of(says), opens, [tool], max_iter=20)
    assert (len(tool._used) == 8) is emptied, (
        "agents/dialogue.py: an agent of a Melody may not use a tool as often as `max_turns` says"
    )


def test_an_agent_that_may_ask_no_more_asks_once_more() -> None:
    llm = Said.of(lambda n: wants(n) if n <= 2 else "last")
    worked(llm, Opens(), [Tool(max_usage_count=99)], max_iter=2)
    assert len(llm._asked) == 3, "#7450 is mended upstream: `_MARGIN` of agents/machinery.py may go"


def test_what_is_no_exception_leaves_the_agent_at_once_as_it_is() -> None:
    class Left(BaseException):
        pass

    def says(n: int) -> Any:
        raise Left

    llm = Said.of(says)
    with pytest.raises(Left):
        worked(llm, Opens(), [Tool()])
    assert len(llm._asked) == 1, "desk.py: an agent that has ended asks its model again"


def test_an_empty_answer_is_refused_and_one_that_is_true_is_none() -> None:
    class Text(str):
        __slots__ = ()

        def __bool__(self) -> bool:
            return True

    assert worked(Said.of(lambda _: Text("")), Opens(), [Tool()]).state.current_answer.output == ""
    with pytest.raises(Exception, match="None or empty"):
        worked(Said.of(lambda _: ""), Opens(), [Tool()])


def test_a_tool_that_does_not_exist_is_answered_by_crewai_itself() -> None:
    llm = Said.of(lambda n: wants(n, "no_such") if n == 1 else "done")
    worked(llm, Opens(), [Tool()])
    (answer,) = [one for one in llm._asked[1] if one["role"] == "tool"]
    assert "not found" in answer["content"].lower(), "desk.py: `unknown_tool` may go"


def test_names_of_tools_become_identifiers() -> None:
    assert sanitize_tool_name("email-ai") == "email_ai", (
        "agents/machinery.py: tools that CrewAI has renamed are unknown to the desk"
    )


def test_an_execution_that_is_begun_without_tracing_asks_no_settings() -> None:
    assert "tracing" in inspect.signature(begin_execution).parameters
    begun: list[Any] = []

    def begin() -> None:
        begin_execution(tracing=False)
        begun.append((execution.get_execution_uuid(), execution._execution_tracing.get()))

    Context().run(begin)
    ((uuid, tracing),) = begun
    assert uuid is not None, "agents/machinery.py: CrewAI begins an execution of its own"
    assert tracing is None, "agents/machinery.py: an agent is traced"


def test_panels_and_hints_are_turned_off_in_one_context_only() -> None:
    from crewai.events.listeners.tracing.utils import should_suppress_tracing_messages
    from crewai.events.utils.console_formatter import should_suppress_console_output

    def asked() -> tuple[bool, bool]:
        return should_suppress_console_output(), should_suppress_tracing_messages()

    def off() -> tuple[bool, bool]:
        quiet()
        return asked()

    assert Context().run(off) == (True, True), "silence.py: CrewAI prints panels into our output"
    assert Context().run(asked) == (False, False), "silence.py: the user's own crews fall silent"
