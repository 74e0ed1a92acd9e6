"""``offline/basic``: a model that needs no key and no network, and invents nothing.

It is deterministic and extractive: text is taken from the prompt's own words. With a schema it
fills every required field validly. It uses each tool it is told of once, in their order, and
answers from what they gave, too. Everything it gives is marked synthetic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from conductor_core.models.fill_schema import FillSchema
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolCall, ToolSpec
from conductor_core.models.spent import count_messages, count_tokens
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

NAME = "offline/basic"

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LONGEST_ANSWER = 60


class OfflineModel:
    """Answers at once; the same question gets the same answer on every machine."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """The next tool; then the first sentences of prompt and tools, or a filled schema."""
        del parameters, grant  # there is nothing to sample
        asked = next((m.content for m in reversed(messages) if m.role == "user"), "")
        source = asked if asked.strip() else "\n".join(m.content for m in messages)
        used = [call.name for message in messages for call in message.tool_calls]
        unused = next((tool for tool in tools if tool.name not in used), None)
        if unused is not None:
            given = _json(FillSchema(source).fill(unused.parameters))
            call = ToolCall(f"call_{len(used) + 1}", unused.name, given)
            return _reply(messages, "", given, (call,))
        told = [m.content for m in messages if m.role == "tool"]
        if json_schema is None:
            text = " ".join(map(extract, (source, *told)))
        else:
            text = _json(FillSchema("\n".join((source, *told))).fill(json_schema))
        return _reply(messages, text, text)


def _reply(
    messages: Sequence[Message], text: str, counted: str, calls: tuple[ToolCall, ...] = ()
) -> Reply:
    return Reply(
        text=text,
        model=NAME,
        input_tokens=count_messages(messages),
        output_tokens=count_tokens(counted),
        synthetic=True,
        tool_calls=calls,
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
