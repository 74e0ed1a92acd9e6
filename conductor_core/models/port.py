"""The model port: one chat completion (spec 6, The model port)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


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


class ChatModel(Protocol):
    """A model that can be asked."""

    async def complete(
        self,
        messages: Sequence[Message],
        json_schema: Schema | None,
        parameters: Mapping[str, Any],
    ) -> Reply | StandardError:
        """One completion. No retries of its own: the conductor's loop is the only one."""
