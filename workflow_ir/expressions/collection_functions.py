"""Functions on lists and maps, on truth, and those that ask the conductor."""

from __future__ import annotations

from workflow_ir.expressions.frame import HEALTH, NOW, Frame, measure
from workflow_ir.expressions.limits import MOST_COST
from workflow_ir.expressions.members import missing
from workflow_ir.expressions.number_functions import require_list
from workflow_ir.expressions.operators import (
    contained,
    is_number,
    named,
    truth,
    type_error,
)
from workflow_ir.expressions.text_functions import require_text
from workflow_ir.types.model import JsonValue
from workflow_ir.types.schema_keywords import comparable

_FREE_SORT = 4
"""Turns of a comparison per item that are paid for: about log2 of the longest list."""


def len_(frame: Frame, whole: JsonValue) -> JsonValue:
    """Characters of a text, items of a list, keys of a map."""
    if isinstance(whole, str | list | dict):
        return len(whole)
    raise type_error(f"len wants a text, a list or a map, not {named(whole)}")


def bool_(frame: Frame, value: JsonValue) -> JsonValue:
    """Python's truth: false for null, false, 0 and what is empty."""
    return bool(value)


def any_(frame: Frame, items: JsonValue) -> JsonValue:
    """Whether one of the booleans is true."""
    return any(truth(item, "any") for item in require_list("any", items))


def all_(frame: Frame, items: JsonValue) -> JsonValue:
    """Whether none of the booleans is false."""
    return all(truth(item, "all") for item in require_list("all", items))


def sorted_(frame: Frame, items: JsonValue) -> JsonValue:
    """The items in rising order; all numbers or all texts."""
    whole = require_list("sorted", items)
    frame.charge_items(len(whole))
    frame.charge(_FREE_SORT * len(whole))
    texts = bool(whole) and isinstance(whole[0], str)
    for item in whole:
        if not (isinstance(item, str) if texts else is_number(item)):
            first = named(whole[0])
            message = f"sorted orders numbers or texts; the list holds {first} and {named(item)}"
            raise type_error(message)
        if isinstance(item, str):
            frame.charge(len(item) >> 6)
    return sorted(whole)  # type: ignore[type-var]  # all of one ordered type


def unique_(frame: Frame, items: JsonValue) -> JsonValue:
    """The items without repetitions; the first of equal ones is kept."""
    whole = require_list("unique", items)
    frame.charge_items(len(whole))
    frame.charge(measure(whole, MOST_COST << 4) >> 4)
    seen: set[object] = set()
    kept: list[JsonValue] = []
    for item in whole:
        key = comparable(item)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def first_(frame: Frame, items: JsonValue) -> JsonValue:
    """The first item."""
    return _at(items, 0, "first")


def last_(frame: Frame, items: JsonValue) -> JsonValue:
    """The last item."""
    return _at(items, -1, "last")


def _at(items: JsonValue, position: int, name: str) -> JsonValue:
    whole = require_list(name, items)
    if not whole:
        raise missing(f"{name} of an empty list; write default({name}(x), y) if it may be empty")
    return whole[position]


def keys_(frame: Frame, whole: JsonValue) -> JsonValue:
    """The keys of a map in the order of insertion."""
    keys: list[JsonValue] = list(_map("keys", whole))
    frame.charge_items(len(keys))
    return keys


def values_(frame: Frame, whole: JsonValue) -> JsonValue:
    """The values of a map in the order of insertion."""
    values = list(_map("values", whole).values())
    frame.charge_items(len(values))
    return values


def _map(name: str, whole: JsonValue) -> dict[str, JsonValue]:
    if isinstance(whole, dict):
        return whole
    raise type_error(f"{name} wants a map, not {named(whole)}")


def zip_(frame: Frame, one: JsonValue, two: JsonValue) -> JsonValue:
    """Pairs of two lists, as long as the shorter one."""
    left, right = require_list("zip", one), require_list("zip", two)
    frame.charge_items(2 * min(len(left), len(right)))
    return [[first, second] for first, second in zip(left, right, strict=False)]


def contains_(frame: Frame, whole: JsonValue, item: JsonValue) -> JsonValue:
    """Whether a text, list or map has a part, item or key: ``item in whole``."""
    return contained(frame, item, whole)


def now_(frame: Frame) -> JsonValue:
    """The recorded start of the step, ISO-8601 text in UTC."""
    try:
        value = frame.names[NOW]
    except KeyError:
        raise missing("there is no time here: now() belongs into a step") from None
    return require_text("now", value)  # type: ignore[arg-type]  # a caller's mistake is a type error


def health_(frame: Frame, name: JsonValue) -> JsonValue:
    """Whether a player or service is healthy; known in ``require`` only."""
    try:
        ask = frame.names[HEALTH]
    except KeyError:
        raise missing("health() is known in `require` only") from None
    assert callable(ask)
    return truth(ask(require_text("health", name)), "health")
