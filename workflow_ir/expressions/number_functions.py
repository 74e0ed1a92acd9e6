"""Functions on numbers: ``sum min max round abs int float duration``."""

from __future__ import annotations

import re
from typing import Final

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.frame import Frame
from workflow_ir.expressions.limits import MOST_RANGE
from workflow_ir.expressions.operators import (
    greater,
    is_number,
    less,
    named,
    number,
    number_error,
    type_error,
)
from workflow_ir.types.describe import show
from workflow_ir.types.model import JsonValue

_WHOLE: Final = re.compile(r"[ \t\r\n]*[+-]?[0-9]{1,19}[ \t\r\n]*")
_DECIMAL: Final = re.compile(
    r"[ \t\r\n]*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?[ \t\r\n]*"
)
_LONGEST_NUMBER = 400
_MOST_DIGITS = 30
_DURATION: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))?(ms|s|m|h|d|w)")
_MILLISECONDS: Final = {
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
}  # fmt: skip


def require_list(name: str, value: JsonValue) -> list[JsonValue]:
    """The value if it is a list."""
    if isinstance(value, list):
        return value
    raise type_error(f"{name} wants a list, not {named(value)}")


def require_number(name: str, value: JsonValue) -> int | float:
    """The value if it is a number; booleans are none."""
    if is_number(value):
        return value  # type: ignore[return-value]  # is_number has shown it
    hint = "; write int(x) or float(x) to read a text" if isinstance(value, str) else ""
    raise type_error(f"{name} wants a number, not {named(value)}{hint}")


def require_integer(name: str, value: JsonValue) -> int:
    """The value if it is an integer."""
    if type(value) is int:
        return value
    raise type_error(f"{name} wants an integer, not {named(value)}")


def sum_(frame: Frame, items: JsonValue) -> JsonValue:
    """The sum of a list of numbers; 0 for an empty one."""
    numbers = [require_number("sum", item) for item in require_list("sum", items)]
    frame.charge(len(numbers))
    try:
        return number(sum(numbers))
    except OverflowError:
        raise number_error("the sum is no finite number") from None


def min_(frame: Frame, *values: JsonValue) -> JsonValue:
    """The least of a list, or of several values; all numbers or all texts."""
    return _extreme(frame, "min", values)


def max_(frame: Frame, *values: JsonValue) -> JsonValue:
    """The greatest of a list, or of several values; all numbers or all texts."""
    return _extreme(frame, "max", values)


def _extreme(frame: Frame, name: str, values: tuple[JsonValue, ...]) -> JsonValue:
    items = require_list(name, values[0]) if len(values) == 1 else list(values)
    if not items:
        raise type_error(f"{name} of an empty list; write `{name}(x) if len(x) > 0 else y`")
    frame.charge(len(items))
    better = less if name == "min" else greater
    best = items[0]
    if not (is_number(best) or isinstance(best, str)):
        raise type_error(f"{name} compares numbers or texts, not {named(best)}")
    for item in items[1:]:
        if better(frame, item, best):
            best = item
    return best


def round_(frame: Frame, value: JsonValue, digits: JsonValue = None) -> JsonValue:
    """Half to even, as Python's; without digits an integer."""
    rounded = require_number("round", value)
    try:
        if digits is None:
            return number(round(rounded))
        places = require_integer("round", digits)
        if abs(places) > _MOST_DIGITS:
            raise number_error(f"round to {places} digits; at most {_MOST_DIGITS} make sense")
        return number(round(rounded, places))
    except OverflowError:
        raise number_error("the rounded number is no finite number") from None


def abs_(frame: Frame, value: JsonValue) -> JsonValue:
    """The number without its sign."""
    return number(abs(require_number("abs", value)))


def int_(frame: Frame, value: JsonValue) -> JsonValue:
    """A number cut off at the point, or the number that a decimal text says."""
    if isinstance(value, str):
        if len(value) > _LONGEST_NUMBER or not _WHOLE.fullmatch(value):
            raise number_error(f"int cannot read {show(value)} as a whole number")
        return number(int(value))
    return number(int(require_number("int", value)))


def float_(frame: Frame, value: JsonValue) -> JsonValue:
    """A number as a float, or the number that a decimal text says."""
    if isinstance(value, str):
        if len(value) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(value):
            raise number_error(f"float cannot read {show(value)} as a number")
        return number(float(value))
    return number(float(require_number("float", value)))


def range_(frame: Frame, *bounds: JsonValue) -> JsonValue:
    """``0 … n-1`` or ``a … b-1``."""
    *start, high = [require_integer("range", bound) for bound in bounds]
    low = start[0] if start else 0
    if high - low > MOST_RANGE:
        raise EvaluationError(
            "expression.cost",
            f"range of {high - low:,} integers; at most {MOST_RANGE:,} are allowed",
        )
    frame.charge_items(max(high - low, 0))
    return list(range(low, high))


def duration_(frame: Frame, text: JsonValue) -> JsonValue:
    """Seconds of ``90s``, ``1h30m``, ``1.5d``: an integer where it is whole."""
    if not isinstance(text, str):
        raise type_error(f'duration wants a text such as "90s", not {named(text)}')
    parts = list(_DURATION.finditer(text)) if len(text) <= _LONGEST_NUMBER else []
    if not parts or "".join(part.group() for part in parts) != text:
        raise number_error(f'duration cannot read {show(text)}; write it like "90s" or "1h30m"')
    # In billionths of a millisecond, so that `0.1s` and `100ms` are the same number.
    total = 0
    for part in parts:
        whole, fraction, unit = part.groups()
        total += (int(whole) * 10**9 + int((fraction or "0").ljust(9, "0"))) * _MILLISECONDS[unit]
    return number(total // 10**12 if not total % 10**12 else total / 10**12)
