"""The model port: one chat completion (spec 6, The model port)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

NO_PARAMETERS: Mapping[str, Any] = {}
"""Sampling is left to the provider."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model asks for a tool."""

    id: str
    """Given by the model; the answer names it."""
    name: str
    arguments: str
    """JSON text as the model wrote it; it need not be JSON at all."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool that a model is told of."""

    name: str
    description: str
    parameters: Schema
    """JSON Schema of its arguments, an object."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant that asks for tools."""
    tool_call_id: str | None = None
    """Of a tool: the call that it answers."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered."""

    text: str
    """With a schema: JSON text that is meant to meet it; the caller parses it."""
    model: str
    """``provider/name`` that answered."""
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    synthetic: bool = False
    """Made up by an offline model: it looks like an answer and is none."""
    tool_calls: tuple[ToolCall, ...] = ()
    """Tools that it wants to be used before it goes on."""
    scripted: bool = False
    """A script said it: it is not asked again for what cannot be parsed (spec 8, Scripts)."""


class ChatModel(Protocol):
    """A model that can be asked."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """One completion, one request. No retries of its own: the conductor's loop is the only one.

        Args:
            messages: The chat so far.
            tools: Those it may ask for.
            json_schema: What its answer must meet.
            parameters: Sampling.
            grant: The bounds of the attempt that asks; None: none.
        """
