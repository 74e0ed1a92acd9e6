"""The operators on JSON values: Python's results, and errors where Python would mix types.

Every function takes exact JSON values. Whenever one returns, Python's operator returns the same.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Final

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.frame import Frame
from workflow_ir.expressions.limits import GREATEST_INTEGER, LEAST_INTEGER
from workflow_ir.types.describe import kind_of, show
from workflow_ir.types.model import JsonValue

_SHORT = 256
"""Texts up to this length are compared free of charge."""


def type_error(message: str) -> EvaluationError:
    """The error of a value of the wrong type."""
    return EvaluationError("expression.type", message)


def number_error(message: str) -> EvaluationError:
    """The error of a number that leaves its range, or of an operation without a result."""
    return EvaluationError("expression.number", message)


def named(value: JsonValue) -> str:
    """A value with its type, for messages: ``"a" (string)``."""
    return "null" if value is None else f"{show(value)} ({kind_of(value)})"


def is_number(value: JsonValue) -> bool:
    """Whether a value is a number; booleans are none."""
    kind = type(value)
    return kind is int or kind is float


def number(value: JsonValue) -> JsonValue:
    """The same number if it is within range.

    Raises:
        EvaluationError: ``expression.number`` for integers beyond 64 bits, infinity and NaN.
    """
    if isinstance(value, int):
        if LEAST_INTEGER <= value <= GREATEST_INTEGER:
            return value
        raise number_error("the integer is beyond 64 bits; use float(x) to calculate roughly")
    if isinstance(value, float) and isfinite(value):
        return value
    raise number_error("the result is no finite number")


def add(frame: Frame, left: JsonValue, right: JsonValue) -> JsonValue:
    """``+``: numbers, texts, lists; both of one kind."""
    if isinstance(left, str) and isinstance(right, str):
        frame.charge_text(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        frame.charge_items(len(left) + len(right))
        return left + right
    if is_number(left) and is_number(right):
        return number(left + right)  # type: ignore[operator]  # both are numbers
    hint = ""
    if isinstance(left, str) or isinstance(right, str):
        hint = "; write str(x) to make text of a value, or int(x) to read a number"
    raise type_error(f"+ cannot join {named(left)} and {named(right)}{hint}")


def _arithmetic(symbol: str, left: JsonValue, right: JsonValue) -> None:
    if not (is_number(left) and is_number(right)):
        raise type_error(f"{symbol} wants two numbers, not {named(left)} and {named(right)}")


def subtract(frame: Frame, left: JsonValue, right: JsonValue) -> JsonValue:
    """``-`` of two numbers."""
    _arithmetic("-", left, right)
    return number(left - right)  # type: ignore[operator]  # both are numbers


def multiply(frame: Frame, left: JsonValue, right: JsonValue) -> JsonValue:
    """``*`` of two numbers; texts and lists are not repeated."""
    _arithmetic("*", left, right)
    return number(left * right)  # type: ignore[operator]  # both are numbers


def _require_divisor(symbol: str, left: JsonValue, right: JsonValue) -> None:
    _arithmetic(symbol, left, right)
    if right == 0:
        raise number_error(f"{show(left)} {symbol} 0 has no result")


def divide(frame: Frame, left: JsonValue, right: JsonValue) -> JsonValue:
    """``/`` of two numbers; always a float."""
    _require_divisor("/", left, right)
    try:
        return number(left / right)  # type: ignore[operator]  # both are numbers
    except OverflowError:
        raise number_error("the result is no finite number") from None


def divide_whole(frame: Frame, left: JsonValue, right: JsonValue) -> JsonValue:
    """``//`` of two numbers, rounded down as in Python."""
    _require_divisor("//", left, right)
    return number(left // right)  # type: ignore[operator]  # both are numbers


def remainder(frame: Frame, left: JsonValue, right: JsonValue) -> JsonValue:
    """``%`` of two numbers, with the sign of the right one as in Python."""
    _require_divisor("%", left, right)
    return number(left % right)  # type: ignore[operator]  # both are numbers


def equal(frame: Frame, left: JsonValue, right: JsonValue) -> bool:
    """``==``: false across types, except that a boolean against a number is an error."""
    kind = type(left)
    if kind is type(right):
        if isinstance(left, str):
            if len(left) > _SHORT:
                frame.charge(len(left) >> 6)
            return left == right
        if isinstance(left, list):
            assert isinstance(right, list)
            return _equal_lists(frame, left, right)
        if isinstance(left, dict):
            assert isinstance(right, dict)
            return _equal_maps(frame, left, right)
        return left == right
    if is_number(left) and is_number(right):
        return left == right
    if (kind is bool and is_number(right)) or (type(right) is bool and is_number(left)):
        raise type_error(f"{named(left)} is compared with {named(right)}; a boolean is no number")
    return False


def _equal_lists(frame: Frame, left: list[JsonValue], right: list[JsonValue]) -> bool:
    if len(left) != len(right):
        return False
    frame.charge(len(left))
    return all(equal(frame, one, two) for one, two in zip(left, right, strict=True))


def _equal_maps(frame: Frame, left: dict[str, JsonValue], right: dict[str, JsonValue]) -> bool:
    if left.keys() != right.keys():
        return False
    frame.charge(len(left))
    return all(equal(frame, value, right[key]) for key, value in left.items())


def unequal(frame: Frame, left: JsonValue, right: JsonValue) -> bool:
    """``!=``: the opposite of `equal`."""
    return not equal(frame, left, right)


def require_order(frame: Frame, symbol: str, left: JsonValue, right: JsonValue) -> None:
    """Refuses to order values that are not two numbers or two texts."""
    if isinstance(left, str) and isinstance(right, str):
        shorter = min(len(left), len(right))
        if shorter > _SHORT:
            frame.charge(shorter >> 6)
        return
    if not (is_number(left) and is_number(right)):
        hint = "; use default(x, y) for what may be null" if left is None or right is None else ""
        raise type_error(
            f"{symbol} orders two numbers or two texts, not {named(left)} and {named(right)}{hint}"
        )


def less(frame: Frame, left: JsonValue, right: JsonValue) -> bool:
    """``<`` of two numbers or two texts."""
    require_order(frame, "<", left, right)
    return left < right  # type: ignore[operator]  # require_order has shown it


def less_equal(frame: Frame, left: JsonValue, right: JsonValue) -> bool:
    """``<=`` of two numbers or two texts."""
    require_order(frame, "<=", left, right)
    return left <= right  # type: ignore[operator]  # require_order has shown it


def greater(frame: Frame, left: JsonValue, right: JsonValue) -> bool:
    """``>`` of two numbers or two texts."""
    require_order(frame, ">", left, right)
    return left > right  # type: ignore[operator]  # require_order has shown it


def greater_equal(frame: Frame, left: JsonValue, right: JsonValue) -> bool:
    """``>=`` of two numbers or two texts."""
    require_order(frame, ">=", left, right)
    return left >= right  # type: ignore[operator]  # require_order has shown it


def contained(frame: Frame, item: JsonValue, whole: JsonValue) -> bool:
    """``in``: part of a text, item of a list, key of a map."""
    if isinstance(whole, list):
        frame.charge(len(whole))
        return any(equal(frame, item, other) for other in whole)
    if isinstance(whole, str):
        if not isinstance(item, str):
            raise type_error(f"in a text only a text can be found, not {named(item)}")
        frame.charge(len(whole) >> 6)
        return item in whole
    if isinstance(whole, dict):
        if not isinstance(item, str):
            raise type_error(f"the keys of a map are texts, not {named(item)}")
        return item in whole
    raise type_error(f"in looks into a list, a map or a text, not into {named(whole)}")


def not_contained(frame: Frame, item: JsonValue, whole: JsonValue) -> bool:
    """``not in``."""
    return not contained(frame, item, whole)


def truth(value: JsonValue, where: str) -> bool:
    """A boolean as it is.

    Raises:
        EvaluationError: ``expression.type`` for any other value.
    """
    if value is True or value is False:
        return value
    raise type_error(f"{where} wants true or false, not {named(value)}; compare it with something")


Operator = Callable[[Frame, JsonValue, JsonValue], JsonValue]
"""A binary operator."""

ARITHMETIC: Final[dict[str, Operator]] = {
    "Add": add,
    "Sub": subtract,
    "Mult": multiply,
    "Div": divide,
    "FloorDiv": divide_whole,
    "Mod": remainder,
}
"""Operators by the name of their node."""

COMPARISON: Final[dict[str, Callable[[Frame, JsonValue, JsonValue], bool]]] = {
    "Eq": equal,
    "NotEq": unequal,
    "Lt": less,
    "LtE": less_equal,
    "Gt": greater,
    "GtE": greater_equal,
    "In": contained,
    "NotIn": not_contained,
}
"""Comparisons by the name of their node."""
