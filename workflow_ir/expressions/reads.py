"""Reads as closures: a name with its fixed keys in one, each computed member in one more."""

from __future__ import annotations

from typing import Final

from workflow_ir.expressions.frame import Code, Frame
from workflow_ir.expressions.members import data_of, item_of, key_of, missing, slice_of
from workflow_ir.expressions.operators import type_error
from workflow_ir.types.model import JsonValue

_DATA: Final = frozenset({type(None), bool, int, float, str, list, dict})


def read_name(name: str, keys: tuple[str, ...], shown: str) -> Code:
    """``name.key.key``: a read from the scope."""

    def read(frame: Frame) -> JsonValue:
        try:
            value = frame.names[name]
        except KeyError:
            raise missing(f"there is no {name!r} here") from None
        for key in keys:
            try:
                # The common case without a call; whatever goes wrong is told by `key_of`.
                value = value[key]  # type: ignore[index]
            except (KeyError, TypeError, IndexError):
                value = key_of(value, key, shown)
        if type(value) in _DATA:
            return value  # type: ignore[return-value]  # exactly the JSON types
        return data_of(value, shown)

    return read


def read_local(slot: int) -> Code:
    """The value of a loop's name."""
    return lambda frame: frame.locals[slot]


def read_key(whole: Code, key: str, shown: str) -> Code:
    """``x.key`` of a computed value."""
    return lambda frame: data_of(key_of(whole(frame), key, shown), shown)


def read_item(whole: Code, index: Code, shown: str) -> Code:
    """``x[index]``."""
    return lambda frame: data_of(item_of(whole(frame), index(frame), shown), shown)


def read_slice(whole: Code, low: Code | None, high: Code | None, shown: str) -> Code:
    """``x[low:high]``; None is a bound that was not written."""

    def bound(code: Code | None, frame: Frame) -> JsonValue:
        if code is None:
            return None
        value = code(frame)
        if value is None:
            raise type_error(f"a bound is an integer, not null, in `{shown}`")
        return value

    return lambda frame: slice_of(frame, whole(frame), bound(low, frame), bound(high, frame), shown)
