"""Messages of LangChain as those of the model port, and tools likewise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages import ToolCall as LangChainCall
from langchain_core.messages.utils import convert_to_messages
from langchain_core.utils.function_calling import convert_to_openai_tool

from conductor_core.models.port import Message, Reply, ToolCall, ToolSpec


def text_of(message: BaseMessage) -> str:
    """The text of a message; the port has no pictures and no sound.

    Raises:
        ValueError: It holds something else than text.
    """
    if isinstance(message.content, list):
        kinds = {block.get("type") for block in message.content if isinstance(block, dict)}
        other = sorted(str(kind) for kind in kinds - {"text", "tool_use", "thinking", "reasoning"})
        if other:
            raise ValueError(f"the model port takes text only, not {', '.join(other)}")
    return str(message.text)


def ported(messages: Sequence[BaseMessage]) -> list[Message]:
    """Messages as the port takes them.

    Raises:
        ValueError: One is of a kind that the port has none of.
    """
    return [_ported(message) for message in convert_to_messages(messages)]


def _ported(message: BaseMessage) -> Message:
    text = text_of(message)
    match message.type:
        case "system":
            return Message("system", text)
        case "human":
            return Message("user", text)
        case "tool":
            return Message("tool", text, tool_call_id=getattr(message, "tool_call_id", None))
        case "ai":
            assert isinstance(message, AIMessage)
            calls = [
                ToolCall(call["id"] or "", call["name"], json.dumps(call["args"]))
                for call in message.tool_calls
            ]
            calls += [
                ToolCall(call["id"] or "", call["name"] or "", call["args"] or "")
                for call in message.invalid_tool_calls
            ]
            return Message("assistant", text, tool_calls=tuple(calls))
        case kind:
            raise ValueError(f"the model port has no messages of the kind {kind!r}")


def specified(tools: Iterable[Any]) -> tuple[ToolSpec, ...]:
    """Tools as a model is told of them: LangChain's, functions, models, or OpenAI's own form."""
    functions = [convert_to_openai_tool(tool)["function"] for tool in tools]
    return tuple(
        ToolSpec(
            function["name"],
            function.get("description", ""),
            function.get("parameters") or {"type": "object", "properties": {}},
        )
        for function in functions
    )


def said(reply: Reply, calls: Sequence[LangChainCall], invalid: Sequence[Any] = ()) -> AIMessage:
    """A reply as LangChain takes it."""
    tokens = (reply.input_tokens, reply.output_tokens)
    return AIMessage(
        content=reply.text,
        tool_calls=list(calls),
        invalid_tool_calls=list(invalid),
        response_metadata={"model_name": reply.model, "synthetic": reply.synthetic},
        usage_metadata={
            "input_tokens": tokens[0],
            "output_tokens": tokens[1],
            "total_tokens": sum(tokens),
        },
    )
