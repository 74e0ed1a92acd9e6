"""A type in the words of a Melody, for messages."""

from __future__ import annotations

import json

from workflow_ir.types.model import (
    NEVER,
    Absent,
    Boolean,
    Constrained,
    Enum,
    Field,
    Integer,
    Json,
    JsonValue,
    ListOf,
    MapOf,
    Null,
    Nullable,
    Number,
    Object,
    OneOf,
    String,
    Type,
)

_SHOWN = 4
"""Fields and enum values written out before ``…``."""
_DEEPEST = 3
"""Levels of a nested type written out."""
_LONGEST_VALUE = 60


def describe(type_: Type, *, depth: int = 0) -> str:
    """The shorthand of a type, shortened where it is long.

    >>> describe(ListOf(Object({"score": Field(Number(0, 1))})))
    'list[{score: number(0..1)}]'
    >>> describe(Nullable(Enum(("a", "b"))))
    '"a" | "b" | null'
    """
    if depth > _DEEPEST:
        return "…"
    if type_ == NEVER:
        return "nothing"
    match type_:
        case Json():
            return "json"
        case Null():
            return "null"
        case Boolean():
            return "boolean"
        case Integer(low, high):
            return "integer" + _bounds(low, high)
        case Number(low, high):
            return "number" + _bounds(low, high)
        case String(form):
            return form or "string"
        case Enum(values):
            return _listed([show(value) for value in values], " | ")
        case ListOf(item):
            return f"list[{describe(item, depth=depth + 1)}]"
        case MapOf(value):
            return f"map[{describe(value, depth=depth + 1)}]"
        case Object(fields):
            shown = [_field(name, field, depth) for name, field in fields.items()]
            return "{" + _listed(shown, ", ") + "}"
        case Nullable(of):
            inner = describe(of, depth=depth)
            return f"{inner} | null" if " | " in inner else inner + "?"
        case OneOf(options):
            return _listed([describe(option, depth=depth + 1) for option in options], " | ")
        case Constrained(of) | Absent(of):
            return describe(of, depth=depth)


def show(value: object) -> str:
    """A JSON value as it would be written, shortened to one short line.

    >>> show({"a": [1, 2.5, None]})
    '{"a": [1, 2.5, null]}'
    """
    try:
        text = json.dumps(_trimmed(value, 3), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = f"a {type(value).__name__}"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def kind_of(value: JsonValue) -> str:
    """The name of the type of a value.

    >>> kind_of(True), kind_of(1), kind_of(1.0), kind_of([])
    ('boolean', 'integer', 'number', 'list')
    """
    names: dict[type, str] = {
        type(None): "null",
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "list",
        dict: "object",
    }
    return names.get(type(value), f"a Python {type(value).__name__}")


def _trimmed(value: object, depth: int) -> object:
    # Only what fits the line is encoded: the value may be a megabyte.
    if isinstance(value, str):
        return value[:_LONGEST_VALUE]
    if isinstance(value, list):
        return [_trimmed(item, depth - 1) for item in value[:20]] if depth else ["…"]
    if isinstance(value, dict):
        if not depth:
            return {"…": "…"}
        kept = list(value.items())[:20]
        return {str(key)[:_LONGEST_VALUE]: _trimmed(item, depth - 1) for key, item in kept}
    if isinstance(value, int) and not -(10**30) < value < 10**30:
        return "a huge integer"
    return value


def _bounds(low: float | None, high: float | None) -> str:
    if (low is None and high is None) or low == high:
        return ""
    return f"({'' if low is None else low}..{'' if high is None else high})"


def _field(name: str, field: Field, depth: int) -> str:
    mark = "" if field.required or isinstance(field.type, Nullable) else "?"
    return f"{name}: {describe(field.type, depth=depth + 1)}{mark}"


def _listed(items: list[str], separator: str) -> str:
    if len(items) > _SHOWN:
        items = [*items[:_SHOWN], "…"]
    return separator.join(items)
