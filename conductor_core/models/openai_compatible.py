"""Models behind the OpenAI Chat Completions wire format, wherever they are served."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from conductor_core.models.exchange import Server
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolCall, ToolSpec
from conductor_core.models.spent import failed, spent_of
from conductor_core.models.tightened import strict, unwrapped, wrapped
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

_OWN = ("openai.com", "openai.azure.com")
"""Hosts whose newer models refuse ``max_tokens``; other servers know no other name."""


@dataclass(frozen=True, slots=True)
class OpenAICompatible:
    """A model of a server that speaks this format.

    OpenAI itself, Azure v1, Ollama, vLLM, LM Studio, llama.cpp, OpenRouter, a LiteLLM proxy …
    """

    server: Server
    name: str
    """Of the model, as the server knows it."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """One ``POST …/chat/completions``.

        Returns:
            The reply; or what ``Server.post`` gives, ``output.refused`` (a content filter, or the
            model's own refusal), ``output.truncated`` (``finish_reason: length``).
        """
        del grant  # the conductor cancels the request at the deadline
        body, around = request_of(self.name, messages, tools, json_schema, parameters)
        host = urlsplit(self.server.base_url).hostname or ""
        if "max_tokens" in body and host.endswith(_OWN):
            body["max_completion_tokens"] = body.pop("max_tokens")
        key = self.server.key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = await self.server.post("/chat/completions", body, headers)
        if isinstance(answer, StandardError):
            return answer
        return reply_of(self.server, answer, messages, unwrap=around)


def request_of(
    name: str,
    messages: Sequence[Message],
    tools: Sequence[ToolSpec],
    json_schema: Schema | None,
    parameters: Mapping[str, Any],
) -> tuple[dict[str, Any], bool]:
    """The body of a request, and whether the answer comes inside an object of ours."""
    body: dict[str, Any] = {
        **parameters,
        "model": name,
        "messages": [_message(message) for message in messages],
    }
    if tools:
        body["tools"] = [_tool(tool) for tool in tools]
    if json_schema is None:
        return body, False
    shape, around = wrapped(json_schema)
    return {**body, "response_format": _response_format(shape)}, around


def reply_of(
    server: Server, answer: dict[str, Any], messages: Sequence[Message], *, unwrap: bool
) -> Reply | StandardError:
    """The reply that the body of an answer stands for.

    Args:
        server: That gave it.
        answer: A ``chat.completion``.
        messages: What was asked.
        unwrap: As ``request_of`` gave it.
    """
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return server.malformed("its answer holds no message")
    text = server.text(_text(message.get("content")))
    calls = _tool_calls(server, message.get("tool_calls"))
    if calls is None:
        return server.malformed("its answer holds tool calls that cannot be read")
    usage = answer.get("usage")
    spent = spent_of(usage, ("prompt_tokens",), ("completion_tokens",), messages, text)
    refusal, finish = message.get("refusal"), choice.get("finish_reason")
    if (isinstance(refusal, str) and refusal) or finish == "content_filter":
        said = server.text(str(refusal or "a content filter held the answer back"))
        return failed("output.refused", server.model, said, spent)
    if finish == "length":
        said = "the answer reached its limit of tokens"
        return failed("output.truncated", server.model, said, spent)
    return Reply(
        text=unwrapped(text) if unwrap else text,
        model=server.model,
        input_tokens=spent.input_tokens,
        output_tokens=spent.output_tokens,
        usd=spent.usd,
        tool_calls=calls,
    )


def _tool_calls(server: Server, written: Any) -> tuple[ToolCall, ...] | None:
    """None: they are not of the wire's form."""
    calls = []
    for number, call in enumerate(written if isinstance(written, list) else [], start=1):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            return None
        arguments = function.get("arguments") or "{}"
        if not isinstance(arguments, str):  # some servers send the object itself
            arguments = json.dumps(arguments, ensure_ascii=False)
        given = call.get("id")
        calls.append(
            ToolCall(
                id=given if isinstance(given, str) and given else f"call_{number}",
                name=server.text(function["name"]),
                arguments=server.text(arguments),
            )
        )
    return tuple(calls)


def _message(message: Message) -> dict[str, Any]:
    written: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        written["content"] = message.content or None
        written["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        written["tool_call_id"] = message.tool_call_id
    return written


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            # OpenAI refuses an object that does not say which properties it has.
            "parameters": {"properties": {}, **tool.parameters},
        },
    }


def _response_format(schema: Schema) -> dict[str, Any]:
    tight = strict(schema)
    kept = {"name": "answer", "schema": schema if tight is None else tight}
    return {"type": "json_schema", "json_schema": {**kept, "strict": tight is not None}}


def _text(content: Any) -> str:
    """The text; some servers send it in parts."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
