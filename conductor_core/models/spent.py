"""What a completion has used, as a provider tells it or as it can be counted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.models.port import Message
from workflow_ir.outcome import Cost, StandardError

_WORD = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and money of one request."""

    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    """Where the provider tells it."""


def spent_of(
    usage: Any, read: Iterable[str], write: Iterable[str], messages: Sequence[Message], text: str
) -> Spent:
    """What an answer's ``usage`` says; without one the words and signs are counted.

    Args:
        usage: Of the answer, in any state.
        read: Its fields that count what went in.
        write: Likewise what came out.
        messages: What went in.
        text: What came out.
    """
    if not isinstance(usage, dict):
        return Spent(count_messages(messages), count_tokens(text))
    tokens = [sum(_count(usage.get(name)) for name in names) for names in (read, write)]
    return Spent(tokens[0], tokens[1], _usd(usage.get("cost")))


def count_messages(messages: Sequence[Message]) -> int:
    """Tokens of a chat, tool calls included."""
    texts = [message.content for message in messages]
    texts += [call.arguments for message in messages for call in message.tool_calls]
    return sum(map(count_tokens, texts))


def count_tokens(text: str) -> int:
    """Words and signs: near what tokenizers count, and the same everywhere.

    >>> count_tokens("Be brief.")
    3
    """
    return len(_WORD.findall(text))


def failed(code: str, model: str, said: str, spent: Spent) -> StandardError:
    """An answer that is no good and has cost something all the same."""
    return StandardError.of(
        code,
        shown(f"{model}: {said}"),
        origin="model",
        target=model,
        cost=Cost(spent.usd, spent.input_tokens + spent.output_tokens),
    )


def _count(told: Any) -> int:
    known = isinstance(told, int) and not isinstance(told, bool)
    return told if known and 0 <= told < 2**31 else 0


def _usd(told: Any) -> float:
    if not isinstance(told, int | float) or isinstance(told, bool) or not math.isfinite(told):
        return 0.0
    return max(0.0, float(told))
