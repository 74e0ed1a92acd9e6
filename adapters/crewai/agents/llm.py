"""The CrewAI face of the model port: any of our models as a ``BaseLLM``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crewai.llms.base_llm import BaseLLM
from pydantic import BaseModel, Field, PrivateAttr

from adapters.crewai.agents.told import Telling, unretried
from adapters.model_call import completion, now
from conductor_core.models.port import ChatModel, Message, Reply, ToolCall, ToolSpec


class MelodyLLM(BaseLLM):
    """A model of a Melody for CrewAI: ``MelodyLLM.of(model, "provider/name")``.

    One call is one request: CrewAI's hidden retries of rate limits are off, and its events are
    sent. A failure is ``adapters.model_call.ModelFailed`` with our ``StandardError`` in it.
    Text only, no streaming.
    """

    parameters: Mapping[str, Any] = Field(default_factory=dict)
    """Sampling, as a Melody's ``model`` player has it."""
    _chat: ChatModel = PrivateAttr()

    @classmethod
    def of(
        cls, model: ChatModel, name: str, parameters: Mapping[str, Any] | None = None
    ) -> MelodyLLM:
        """The face of a model.

        Args:
            model: The model.
            name: What CrewAI shows and tells in its events.
            parameters: Sampling.
        """
        llm = cls(model=name, provider="melody", parameters=dict(parameters or {}))
        llm._chat = model
        return llm

    def supports_function_calling(self) -> bool:
        """Tools are asked for by the API, never in the text."""
        return True

    @unretried
    def call(  # noqa: PLR0917 - CrewAI's own order
        self,
        messages: str | list[Any],
        tools: list[Any] | None = None,
        callbacks: list[Any] | None = None,
        available_functions: dict[str, Any] | None = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: type[BaseModel] | None = None,
    ) -> Any:
        """One request, in the calling thread.

        Returns:
            Text; with ``response_model`` such a model; tool calls in OpenAI's form where the model
            asks for tools, or what the one of ``available_functions`` gives.

        Raises:
            ModelFailed: There is no reply.
            ValueError: The reply does not meet ``response_model``.
        """
        del callbacks
        with Telling(self, messages, tools, from_task, from_agent) as telling:
            reply = now(self._completed(messages, tools, response_model))
            telling.told(reply)
        if reply.tool_calls and available_functions:
            call = reply.tool_calls[0]
            arguments = json.loads(call.arguments or "{}")
            return self._handle_tool_execution(
                call.name, arguments, available_functions, from_task, from_agent
            )
        return self._given(reply, response_model)

    @unretried
    async def acall(  # noqa: PLR0917 - CrewAI's own order
        self,
        messages: str | list[Any],
        tools: list[Any] | None = None,
        callbacks: list[Any] | None = None,
        available_functions: dict[str, Any] | None = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: type[BaseModel] | None = None,
    ) -> Any:
        """As ``call``, without a thread; tool calls are given back and not carried out."""
        del callbacks, available_functions
        with Telling(self, messages, tools, from_task, from_agent) as telling:
            reply = await self._completed(messages, tools, response_model)
            telling.told(reply)
        return self._given(reply, response_model)

    async def _completed(
        self,
        messages: str | list[Any],
        tools: Sequence[Any] | None,
        response_model: type[BaseModel] | None,
    ) -> Reply:
        parameters = dict(self.parameters)
        if self.temperature is not None:
            parameters["temperature"] = self.temperature
        if self.stop_sequences:
            parameters["stop"] = list(self.stop_sequences)
        return await completion(
            self._chat,
            [_ported(message) for message in self._format_messages(messages)],
            tools=[_specified(tool["function"]) for tool in tools or ()],
            json_schema=None if response_model is None else response_model.model_json_schema(),
            parameters=parameters,
        )

    def _given(self, reply: Reply, response_model: type[BaseModel] | None) -> Any:
        if reply.tool_calls:
            return [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for call in reply.tool_calls
            ]
        return self._validate_structured_output(reply.text, response_model)


def _ported(message: Mapping[str, Any]) -> Message:
    content = message.get("content") or ""
    if not isinstance(content, str):
        if any(block.get("type") != "text" for block in content):
            raise ValueError("the model port takes text only")
        content = "".join(block["text"] for block in content)
    calls = tuple(
        ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"])
        for call in message.get("tool_calls") or ()
    )
    role = message["role"]
    if role not in {"system", "user", "assistant", "tool"}:
        raise ValueError(f"the model port has no messages of the role {role!r}")
    return Message(role, content, calls, message.get("tool_call_id"))


def _specified(function: Mapping[str, Any]) -> ToolSpec:
    empty = {"type": "object", "properties": {}}
    return ToolSpec(
        function["name"], function.get("description", ""), function.get("parameters") or empty
    )
