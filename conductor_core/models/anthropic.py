"""Models behind Anthropic's Messages API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conductor_core.models.exchange import Server
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolCall, ToolSpec
from conductor_core.models.spent import Spent, failed, spent_of
from conductor_core.models.tightened import unwrapped, wrapped
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

VERSION = "2023-06-01"
"""Of the API; sent with each request."""
MAX_TOKENS = 8192
"""Where the Melody gives no ``max_tokens``; the API wants one."""
ANSWER = "answer"
"""The tool by which a model answers with data: each model knows tools, and not each schemas."""

_SENT = ("temperature", "top_p", "max_tokens")
"""Parameters of equal name. The API has no ``seed`` and no penalties: these are left out."""
_READ = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


@dataclass(frozen=True, slots=True)
class Anthropic:
    """A model of Anthropic, or of another server that speaks its format."""

    server: Server
    name: str

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """One ``POST …/v1/messages``.

        Returns:
            The reply; or what ``Server.post`` gives, ``output.refused``, ``output.truncated``.
        """
        del grant  # the conductor cancels the request at the deadline
        body: dict[str, Any] = {"model": self.name, "max_tokens": MAX_TOKENS}
        body |= {name: parameters[name] for name in _SENT if name in parameters}
        if "stop" in parameters:
            stop = parameters["stop"]
            body["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
        if "reasoning_effort" in parameters:
            body["output_config"] = {"effort": parameters["reasoning_effort"]}
        body |= _chat(messages)
        answer_name, around = ANSWER, False
        listed = [
            {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
            for tool in tools
        ]
        if json_schema is not None:
            while any(tool.name == answer_name for tool in tools):
                answer_name += "_"
            shape, around = wrapped(json_schema)
            listed.append(
                {
                    "name": answer_name,
                    "description": "Give the final answer.",
                    "input_schema": shape,
                }
            )
            choice = {"type": "any"} if tools else {"type": "tool", "name": answer_name}
            body["tool_choice"] = choice
        if listed:
            body["tools"] = listed
        headers = {"x-api-key": self.server.key, "anthropic-version": VERSION}
        answer = await self.server.post("/v1/messages", body, headers)
        if isinstance(answer, StandardError):
            return answer
        by_tool = None if json_schema is None else answer_name
        return self._reply(answer, messages, by_tool, unwrap=around)

    def _reply(
        self,
        answer: dict[str, Any],
        messages: Sequence[Message],
        by_tool: str | None,
        *,
        unwrap: bool,
    ) -> Reply | StandardError:
        blocks = answer.get("content")
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            return self.server.malformed("its answer holds no content")
        said = [block.get("text") for block in blocks if block.get("type") == "text"]
        text = self.server.text("".join(part for part in said if isinstance(part, str)))
        calls: list[ToolCall] = []
        for number, block in enumerate(blocks, start=1):
            if block.get("type") != "tool_use":
                continue
            name, given = block.get("name"), block.get("id")
            if not isinstance(name, str):
                return self.server.malformed("its answer holds a tool call without a name")
            arguments = self.server.text(_json(block.get("input", {})))
            if name == by_tool:
                text = unwrapped(arguments) if unwrap else arguments
                continue
            known = given if isinstance(given, str) and given else f"toolu_{number}"
            calls.append(ToolCall(known, self.server.text(name), arguments))
        spent = spent_of(answer.get("usage"), _READ, ("output_tokens",), messages, text)
        bad = self._bad_end(answer.get("stop_reason"), spent)
        return bad or Reply(
            text=text,
            model=self.server.model,
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            usd=spent.usd,
            tool_calls=tuple(calls),
        )

    def _bad_end(self, reason: Any, spent: Spent) -> StandardError | None:
        model = self.server.model
        match reason:
            case "refusal":
                return failed("output.refused", model, "the model refused", spent)
            case "max_tokens":
                said = "the answer reached its limit of tokens"
                return failed("output.truncated", model, said, spent)
            case "model_context_window_exceeded":
                return failed("output.context", model, "the context window is full", spent)
        return None


def _chat(messages: Sequence[Message]) -> dict[str, Any]:
    """The chat in its form: ``system`` apart, the rest in turns of user and assistant."""
    system = "\n\n".join(m.content for m in messages if m.role == "system" and m.content)
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message)
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    if not any(turn["content"] for turn in turns):  # there must be something to answer
        return {"messages": [{"role": "user", "content": system or "(nothing was asked)"}]}
    written: dict[str, Any] = {"messages": turns}
    return {"system": system, **written} if system else written


def _blocks(message: Message) -> list[dict[str, Any]]:
    """Blocks of one message; empty texts are refused there."""
    if message.role == "tool":
        result = {"tool_use_id": message.tool_call_id, "content": message.content}
        return [{"type": "tool_result", **result}]
    blocks: list[dict[str, Any]] = []
    if message.content:
        blocks.append({"type": "text", "text": message.content})
    blocks += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": _input(call)}
        for call in message.tool_calls
    ]
    return blocks


def _input(call: ToolCall) -> dict[str, Any]:
    """The arguments, which must be an object there; text that is none stands in one."""
    try:
        found = json.loads(call.arguments)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"text": call.arguments}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
