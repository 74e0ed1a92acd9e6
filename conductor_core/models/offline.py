"""``offline/basic``: a model that needs no key and no network, and invents nothing.

It is deterministic and extractive: text is taken from the prompt's own words. With a schema it
fills every required field validly. Everything it gives is marked synthetic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from conductor_core.models.fill_schema import FillSchema
from conductor_core.models.port import Message, Reply
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

NAME = "offline/basic"

_WORD = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LONGEST_ANSWER = 60


class OfflineModel:
    """Answers at once; the same question gets the same answer on every machine."""

    async def complete(
        self,
        messages: Sequence[Message],
        json_schema: Schema | None,
        parameters: Mapping[str, Any],
    ) -> Reply | StandardError:
        """The first sentence of what was asked, or an object that meets the schema."""
        del parameters  # there is nothing to sample
        asked = next((m.content for m in reversed(messages) if m.role == "user"), "")
        source = asked if asked.strip() else "\n".join(m.content for m in messages)
        if json_schema is None:
            text = extract(source)
        else:
            filled = FillSchema(source).fill(json_schema)
            text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
        return Reply(
            text=text,
            model=NAME,
            input_tokens=sum(count_tokens(message.content) for message in messages),
            output_tokens=count_tokens(text),
            synthetic=True,
        )


def extract(source: str) -> str:
    """The first sentence that says something, cut to ``_LONGEST_ANSWER`` words.

    >>> extract("Write notes for v2. Be brief.")
    'Write notes for v2.'
    """
    for sentence in _SENTENCE.split(source):
        words = sentence.split()
        if any(sign.isalnum() for sign in sentence):
            return " ".join(words[:_LONGEST_ANSWER])
    return "(nothing was asked)"


def count_tokens(text: str) -> int:
    """Words and signs: near what tokenizers count, and the same everywhere.

    >>> count_tokens("Be brief.")
    3
    """
    return len(_WORD.findall(text))
