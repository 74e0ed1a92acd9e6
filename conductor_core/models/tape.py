"""The lines of a cassette: what was asked of a model and what came, as JSON (spec 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from conductor_core.failure.shown import masked
from conductor_core.masks import Masks
from conductor_core.models.port import Message, Reply, ToolCall, ToolSpec
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

HEAD = {"melody_cassette": 1}
"""The first line; another number is another form."""


class CassetteError(Exception):
    """A cassette that cannot be written or read; the message is one line for the user."""


def request_of(
    messages: Sequence[Message],
    tools: Sequence[ToolSpec],
    json_schema: Schema | None,
    parameters: Mapping[str, Any],
) -> dict[str, Any]:
    """What was asked, as data."""
    request: dict[str, Any] = {"messages": [_written(message) for message in messages]}
    if tools:
        request["tools"] = [asdict(tool) for tool in tools]
    if json_schema is not None:
        request["json_schema"] = json_schema
    if parameters:
        request["parameters"] = dict(parameters)
    return request


def _written(message: Message) -> dict[str, Any]:
    facts = asdict(message)
    return {name: value for name, value in facts.items() if value not in ((), None)}


def plain(request: dict[str, Any], masks: Masks) -> dict[str, Any]:
    """A request as it stands in a file: JSON, without credentials, so that both sides are alike."""
    clean = json.loads(json.dumps(_clean(request, masks)))
    assert isinstance(clean, dict)
    return clean


def _clean(value: Any, masks: Masks) -> Any:
    match value:
        case str():
            return masked(masks.text(value))
        case Mapping():
            return {_clean(str(key), masks): _clean(item, masks) for key, item in value.items()}
        case list() | tuple():
            return [_clean(item, masks) for item in value]
        case _:
            return value


def answer_written(answer: Reply | StandardError, masks: Masks) -> dict[str, Any]:
    """What came, as it stands in a file: ``reply`` or ``error``."""
    if isinstance(answer, StandardError):
        return {"error": _clean(answer.to_json(), masks)}
    return {"reply": _clean(asdict(answer), masks)}


def answer_read(tree: dict[str, Any], model: str) -> Reply | StandardError:
    """What ``answer_written`` gave, read back.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: It is nothing of the kind.
    """
    if "error" in tree:
        return StandardError.from_json(tree["error"])
    facts = dict(tree["reply"])
    calls = tuple(ToolCall(**call) for call in facts.pop("tool_calls", ()))
    return Reply(**{"model": model, **facts, "tool_calls": calls})
