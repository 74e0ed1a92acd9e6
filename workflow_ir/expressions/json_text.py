"""Data as text and back: what ``json``, ``str``, interpolation and ``from_json`` share."""

from __future__ import annotations

import json
from typing import Final, NoReturn

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.frame import Frame, measure
from workflow_ir.expressions.limits import MOST_TEXT
from workflow_ir.types.data import not_data
from workflow_ir.types.describe import show
from workflow_ir.types.model import JsonValue

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False
)


def json_text(frame: Frame, value: JsonValue) -> str:
    """Compact JSON: insertion order, no ASCII escapes, shortest round-trip floats (spec 8).

    Raises:
        EvaluationError: ``expression.cost`` above 1 MiB.
    """
    size = measure(value)
    frame.charge_text(size)
    if not isinstance(value, str):
        frame.charge(size >> 2)
    text = _ENCODER.encode(value)
    frame.charge_text(len(text))
    return text


def text_of(frame: Frame, value: JsonValue) -> str:
    """Text as it is, other values as `json_text`: the rule of ``str`` and of interpolation."""
    return value if isinstance(value, str) else json_text(frame, value)


def value_of(frame: Frame, text: str) -> JsonValue:
    """The data that a JSON text stands for.

    Raises:
        EvaluationError: ``output.format`` if it is no JSON, or JSON that is no data here (NaN,
            integers beyond 64 bits, half surrogate pairs, more than 200 levels).
    """
    frame.charge_text(len(text))
    frame.charge(len(text) >> 3)
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse, parse_int=_integer)
    except RecursionError:
        raise _format_error("the text is JSON that is nested too deep") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise _format_error(f"{show(text)} is no JSON: {error.msg.lower()} at {place}") from None
    fault = not_data(value)
    if fault is not None:
        where, why = fault
        raise _format_error(f"the JSON text holds no data at {where}: {why}")
    return value


def _integer(text: str) -> int:
    # The longest 64-bit integer has 20 characters; Python's own limit of digits is never met.
    if len(text) > 20:
        raise _format_error("the JSON text holds an integer beyond 64 bits")
    return int(text)


def _refuse(text: str) -> NoReturn:
    raise _format_error(f"{text} is no JSON")


def _format_error(message: str) -> EvaluationError:
    return EvaluationError("output.format", message)


def require_text_size(size: int) -> None:
    """Refuses a text over 1 MiB outside an expression: the whole of an interpolation."""
    if size > MOST_TEXT:
        message = f"a text of {size:,} characters would be made; at most {MOST_TEXT:,} are allowed"
        raise EvaluationError("expression.cost", message)
