"""A dialogue as CrewAI's agent takes it: a model, tools and messages."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

from crewai.agents.agent_executor import AgentExecutor
from crewai.core.providers.human_input import ExecutorContext, SyncHumanInputProvider
from crewai.llms.base_llm import BaseLLM
from crewai.tools.base_tool import BaseTool
from pydantic import BaseModel, ConfigDict, PrivateAttr, create_model

from adapters.crewai.agents.told import Telling
from adapters.desk import Desk, Handed
from conductor_core.agents.port import Brief
from conductor_core.models.port import Message, ToolSpec

ONE_AT_A_TIME = sys.maxsize
"""As ``max_usage_count``: CrewAI uses tools that are counted one after the other."""


class Opening(SyncHumanInputProvider):
    """The first messages of a conversation, without the words that CrewAI adds to a task.

    Args:
        brief: System message and task.
    """

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self.executor: AgentExecutor | None = None

    def setup_messages(self, context: ExecutorContext) -> bool:
        """CrewAI asks whether somebody else sets up the messages."""
        context.messages.append({"role": "system", "content": self._brief.system})
        context.messages.append({"role": "user", "content": self._brief.task})
        self.executor = cast("AgentExecutor", context)
        return True


class Text(str):
    """What a model said. CrewAI refuses an answer that is not true, an empty one among them."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


class DialogueLLM(BaseLLM):
    """The model of one conversation.

    It sends what CrewAI's executor shows it. Only what CrewAI cannot carry is put back as the
    model wrote it: words beside tool calls, names and arguments of tools, ids that came twice.
    """

    _desk: Desk = PrivateAttr()
    _opening: Opening = PrivateAttr()

    @classmethod
    def of(cls, desk: Desk, opening: Opening, name: str) -> DialogueLLM:
        """The model of a desk; ``name`` is told in CrewAI's events."""
        llm = cls(model=name, provider="melody")
        llm._desk, llm._opening = desk, opening
        return llm

    def supports_function_calling(self) -> bool:
        """Tools are asked for by the API, never in the text."""
        return True

    def supports_stop_words(self) -> bool:
        """They belong to tools in the text."""
        return False

    def call(  # noqa: PLR0917 - CrewAI's own order
        self,
        messages: str | list[Any],
        tools: list[Any] | None = None,
        callbacks: list[Any] | None = None,
        available_functions: dict[str, Any] | None = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: type[BaseModel] | None = None,
    ) -> str | list[dict[str, Any]]:
        """Ask the desk, in the thread of CrewAI's executor."""
        del callbacks, available_functions, response_model
        if isinstance(messages, str):
            raise TypeError("an agent of a Melody is not asked beside its conversation")
        if self._opening.executor is not None:
            # CrewAI stops an agent that uses a tool a few times alike; the Melody's limit is
            # `max_turns`.
            self._opening.executor._tool_call_counts.clear()  # noqa: SLF001
        with Telling(self, messages, tools, from_task, from_agent) as telling:
            spoken = self._desk.ask([self._ported(message) for message in messages]).result()
            answer = telling.told(spoken.reply)
            return [_called(one) for one in spoken.calls] or Text(answer)

    def _ported(self, message: Mapping[str, Any]) -> Message:
        text = str(message.get("content") or "")
        match message["role"]:
            case "tool":
                return self._desk.answered(message["tool_call_id"], text)
            case "assistant":
                calls = message.get("tool_calls") or []
                words = self._desk.recalled(calls[0]["id"]) if calls else None
                return words or Message("assistant", text)
            case role:
                return Message(role, text)


class DialogueTool(BaseTool):
    """A tool of one conversation: a player."""

    _desk: Desk = PrivateAttr()

    @classmethod
    def of(cls, desk: Desk, name: str, spec: ToolSpec) -> DialogueTool:
        """The tool of a desk."""
        tool = cls(
            name=name,
            description=spec.description or name,
            args_schema=_arguments(name, spec),
            max_usage_count=ONE_AT_A_TIME,
        )
        tool._desk = desk
        return tool

    def _run(self, /, **_: Any) -> str:
        return self._desk.use(self.name).result()


def _arguments(name: str, spec: ToolSpec) -> type[BaseModel]:
    """A model that shows the tool's schema and lets every argument through.

    The player judges its arguments, on every backend in the same words.
    """

    def shown(schema: dict[str, Any]) -> None:
        schema.clear()
        schema.update(spec.parameters)

    config = ConfigDict(extra="allow", json_schema_extra=shown)
    return create_model(f"{name}_arguments", __config__=config)


def _called(one: Handed) -> dict[str, Any]:
    """A tool call in OpenAI's form, which CrewAI reads."""
    given = {} if "self" in one.arguments else one.arguments  # it becomes keyword arguments
    return {
        "id": one.id,
        "type": "function",
        "function": {"name": one.tool, "arguments": json.dumps(given)},
    }


def tools_of(desk: Desk) -> Sequence[BaseTool]:
    """The tools of a conversation.

    There is always one, or CrewAI would read the model's words for tools that it asks for.
    """
    return [DialogueTool.of(desk, name, spec) for name, spec in desk.tools.items()]
