"""A schema as providers take it for structured output: strict where it can be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workflow_ir.players import Schema

WRAPPED = "value"
"""The one field of the object that stands around what is no object."""

_KNOWN = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "const",
        "anyOf", "$ref", "$defs", "title", "description", "pattern", "format", "minimum",
        "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems",
    }
)  # fmt: skip
"""Keywords of OpenAI's strict mode; another one is refused there with a 400."""


def wrapped(schema: Schema) -> tuple[Schema, bool]:
    """The schema as one of an object, and whether an object was put around it.

    Providers take objects only at the top.
    """
    if schema.get("type") == "object" and "$ref" not in schema:
        return schema, False
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    outer: dict[str, Any] = {
        "type": "object",
        "properties": {WRAPPED: inner},
        "required": [WRAPPED],
        "additionalProperties": False,
    }
    if "$defs" in schema:
        outer["$defs"] = schema["$defs"]
    return outer, True


def unwrapped(text: str) -> str:
    """The JSON inside the object that was put around it; any other text as it is.

    >>> unwrapped('{"value": ["a"]}'), unwrapped("no JSON")
    ('["a"]', 'no JSON')
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(found, dict) and found.keys() == {WRAPPED}:
        return json.dumps(found[WRAPPED], ensure_ascii=False, separators=(",", ":"))
    return text


def strict(schema: Any) -> Any:
    """The schema for OpenAI's strict mode, or None where that cannot say it.

    There every object is closed and every field required. A field that may be missing and may be
    null is asked for as null, so whatever meets the strict schema meets the schema.
    """
    if not isinstance(schema, Mapping) or not schema.keys() <= _KNOWN:
        return None
    tight = dict(schema)
    for key in ("properties", "$defs"):
        if key in tight:
            tight[key] = {name: strict(part) for name, part in tight[key].items()}
            if None in tight[key].values():
                return None
    if "anyOf" in tight:
        tight["anyOf"] = [strict(part) for part in tight["anyOf"]]
        if None in tight["anyOf"]:
            return None
    if "items" in tight:
        tight["items"] = strict(tight["items"])
        if tight["items"] is None:
            return None
    if "object" in _kinds(tight):
        return _closed(tight)
    return tight if _says_something(tight) else None


def _closed(tight: dict[str, Any]) -> dict[str, Any] | None:
    properties = tight.get("properties", {})
    if tight.get("additionalProperties") is not False or not properties:
        return None
    missing = [name for name in properties if name not in tight.get("required", ())]
    if not all("null" in _kinds(properties[name]) for name in missing):
        return None
    return {**tight, "required": list(properties)}


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _says_something(schema: Mapping[str, Any]) -> bool:
    """A part without a type is any JSON, which strict mode does not know."""
    return any(key in schema for key in ("type", "enum", "const", "anyOf", "$ref"))


def told(schema: Schema) -> str:
    """The instruction for models that take no schema."""
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"Answer with nothing but JSON that meets this JSON Schema: {text}"
