"""Functions on text, and those that make text of anything."""

from __future__ import annotations

from workflow_ir.expressions.frame import Frame
from workflow_ir.expressions.json_text import json_text, text_of, value_of
from workflow_ir.expressions.number_functions import require_list
from workflow_ir.expressions.operators import named, type_error
from workflow_ir.types.model import JsonValue


def require_text(name: str, value: JsonValue) -> str:
    """The value if it is text."""
    if isinstance(value, str):
        return value
    raise type_error(f"{name} wants a text, not {named(value)}; write str(x) to make one")


def str_(frame: Frame, value: JsonValue) -> JsonValue:
    """Text as it is, other values as JSON."""
    return text_of(frame, value)


def json_(frame: Frame, value: JsonValue) -> JsonValue:
    """Compact JSON."""
    return json_text(frame, value)


def from_json_(frame: Frame, text: JsonValue) -> JsonValue:
    """The value of a JSON text."""
    return value_of(frame, require_text("from_json", text))


def lower_(frame: Frame, text: JsonValue) -> JsonValue:
    """In small letters."""
    whole = require_text("lower", text)
    frame.charge_text(len(whole) if whole.isascii() else 3 * len(whole))
    return whole.lower()


def upper_(frame: Frame, text: JsonValue) -> JsonValue:
    """In capital letters."""
    whole = require_text("upper", text)
    # One letter may become three.
    frame.charge_text(len(whole) if whole.isascii() else 3 * len(whole))
    return whole.upper()


def strip_(frame: Frame, text: JsonValue) -> JsonValue:
    """Without white space at both ends."""
    whole = require_text("strip", text)
    frame.charge_text(len(whole))
    return whole.strip()


def split_(frame: Frame, text: JsonValue, separator: JsonValue) -> JsonValue:
    """The parts between separators."""
    whole, mark = require_text("split", text), require_text("split", separator)
    if not mark:
        raise type_error("split wants a separator that is not empty")
    frame.charge(len(whole) >> 6)
    frame.charge_items(whole.count(mark) + 1)
    parts: list[JsonValue] = list(whole.split(mark))
    return parts


def join_(frame: Frame, items: JsonValue, separator: JsonValue) -> JsonValue:
    """The texts of a list with a separator between them."""
    mark = require_text("join", separator)
    parts = [require_text("join", item) for item in require_list("join", items)]
    frame.charge(len(parts))
    frame.charge_text(sum(map(len, parts)) + len(mark) * max(len(parts) - 1, 0))
    return mark.join(parts)


def replace_(frame: Frame, text: JsonValue, old: JsonValue, new: JsonValue) -> JsonValue:
    """Every occurrence replaced."""
    whole = require_text("replace", text)
    before, after = require_text("replace", old), require_text("replace", new)
    frame.charge(len(whole) >> 6)
    frame.charge_text(len(whole) + whole.count(before) * (len(after) - len(before)))
    return whole.replace(before, after)


def lines_(frame: Frame, text: JsonValue) -> JsonValue:
    """The lines without their ends."""
    whole = require_text("lines", text)
    frame.charge_text(len(whole))
    parts: list[JsonValue] = list(whole.splitlines())
    frame.charge_items(len(parts))
    return parts


def bullets_(frame: Frame, items: JsonValue) -> JsonValue:
    """``- item`` per line; further lines of an item are indented by two."""
    texts = [text_of(frame, item) for item in require_list("bullets", items)]
    frame.charge(len(texts))
    breaks = sum(text.count("\n") for text in texts)
    frame.charge_text(sum(map(len, texts)) + 3 * len(texts) + 2 * breaks)
    return "\n".join("- " + text.replace("\n", "\n  ") for text in texts)


def startswith_(frame: Frame, text: JsonValue, start: JsonValue) -> JsonValue:
    """Whether the text begins so."""
    mark = require_text("startswith", start)
    frame.charge(len(mark) >> 6)
    return require_text("startswith", text).startswith(mark)


def endswith_(frame: Frame, text: JsonValue, end: JsonValue) -> JsonValue:
    """Whether the text ends so."""
    mark = require_text("endswith", end)
    frame.charge(len(mark) >> 6)
    return require_text("endswith", text).endswith(mark)
