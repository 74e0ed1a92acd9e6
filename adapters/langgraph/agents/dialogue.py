"""A dialogue as LangChain's agent takes it: a chat model and tools."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolCall, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import BaseTool
from pydantic import ConfigDict

from adapters.desk import Desk, Left
from adapters.langgraph.agents.messages import ported, said, text_of
from conductor_core.models.port import Message, ToolSpec

T = TypeVar("T")


class DialogueModel(BaseChatModel):
    """The model of one conversation.

    It sends what LangChain's agent shows it. Only what LangChain cannot carry is put back as the
    model wrote it: arguments that are no JSON object, names of tools that do not exist, and ids
    that came twice.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    desk: Desk
    cache: Any = False
    """Never: a cache that the program has set would answer in the model's place."""

    @property
    def _llm_type(self) -> str:
        return "melody"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> DialogueModel:
        """The dialogue tells the model of the tools."""
        del tools
        return self

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        del stop, run_manager
        spoken = await _heard(self.desk.ask([self._recalled(message) for message in messages]))
        calls = [ToolCall(id=one.id, name=one.tool, args=one.arguments) for one in spoken.calls]
        return ChatResult(generations=[ChatGeneration(message=said(spoken.reply, calls))])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        del messages, stop, run_manager
        raise RuntimeError("an agent of a Melody is asked asynchronously")

    def _recalled(self, message: BaseMessage) -> Message:
        if isinstance(message, ToolMessage):
            return self.desk.answered(message.tool_call_id, text_of(message))
        if isinstance(message, AIMessage) and message.tool_calls:
            words = self.desk.recalled(message.tool_calls[0]["id"] or "")
            if words is not None:
                return words
        return ported([message])[0]


class DialogueTool(BaseTool):
    """A tool of one conversation: a player."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    desk: Desk

    async def _arun(self, /, **_: Any) -> str:
        return await _heard(self.desk.use(self.name, together=True))

    def _run(self, /, **_: Any) -> str:
        raise RuntimeError("a tool of a Melody is used asynchronously")


def tools_of(desk: Desk) -> list[BaseTool]:
    """The tools of a conversation."""
    return [_tool(desk, name, spec) for name, spec in desk.tools.items()]


def _tool(desk: Desk, name: str, spec: ToolSpec) -> BaseTool:
    parameters = {"title": name, **spec.parameters, "description": spec.description}
    return DialogueTool(name=name, description=spec.description, args_schema=parameters, desk=desk)


async def _heard(answer: Future[T]) -> T:
    """What the desk answers. If it does not, the graph is cancelled: nothing is told to it."""
    try:
        return await asyncio.wrap_future(answer)
    except Left:
        await asyncio.get_running_loop().create_future()
        raise
