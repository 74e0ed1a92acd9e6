"""Functions that do not evaluate all their arguments first."""

from __future__ import annotations

from collections.abc import Sequence

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.frame import Code, Frame
from workflow_ir.expressions.loops import Values
from workflow_ir.expressions.members import missing
from workflow_ir.expressions.operators import truth
from workflow_ir.types.model import JsonValue


def _found(read: Code, frame: Frame) -> JsonValue:
    """The value, or None where the read finds nothing; every other error stays one."""
    try:
        return read(frame)
    except EvaluationError as error:
        if error.code != "expression.missing":
            raise
        return None


def or_default(read: Code, other: Code) -> Code:
    """``default(x, y)``: y only where x finds nothing."""

    def default(frame: Frame) -> JsonValue:
        value = _found(read, frame)
        return other(frame) if value is None else value

    return default


def is_there(read: Code) -> Code:
    """``has(x)``."""
    return lambda frame: _found(read, frame) is not None


def first_there(reads: Sequence[Code]) -> Code:
    """``coalesce(a, b, …)``: what stands behind the first that is there is not evaluated."""

    def coalesce(frame: Frame) -> JsonValue:
        for read in reads:
            value = _found(read, frame)
            if value is not None:
                return value
        raise missing(
            f"coalesce finds none of its {len(reads)} values; add one that is always there"
        )

    return coalesce


def stop_early(name: str, values: Values) -> Code:
    """``any`` and ``all`` of a generator: they end at the first that decides, as in Python."""
    decides = name == "any"

    def any_or_all(frame: Frame) -> JsonValue:
        for value in values(frame):
            if truth(value, name) is decides:
                return decides
        return not decides

    return any_or_all
