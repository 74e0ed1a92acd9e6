"""The safe conversions, and which values they make fit (spec 8, Codes)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workflow_ir.types import (
    Enum,
    Field,
    Integer,
    Json,
    MapOf,
    Null,
    Nullable,
    Number,
    Object,
    Type,
    assignable,
    mismatch,
)
from workflow_ir.types.model import atoms, stripped


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is done to a value at a border, in the words of ``ConvertValue``."""

    to: Literal["number", "object", "field"]
    field: str | None = None
    """The only field of the object; None for ``number``."""


def conversion(source: Type, target: Type) -> Conversion | None:
    """The conversion that makes values of ``source`` fit ``target``; None if none is needed or can.

    Integer to number; a value to an object with one field, and back. Exactly one step, never on
    text: ``"3"`` is no number.

    >>> from workflow_ir.types import String
    >>> conversion(String(), Object({"text": Field(String())}))
    Conversion(to='object', field='text')
    >>> conversion(String(), Number()) is None
    True
    """
    given, wanted = stripped(source), stripped(target)
    if isinstance(given, Json) or isinstance(wanted, Json):
        return None
    if _is_whole(given) and _is_number(wanted):
        return Conversion("number")
    if assignable(given, wanted):
        return None
    only = _only_field(wanted)
    if only is not None and not _holds_objects(given) and assignable(given, only[1].type):
        return Conversion("object", only[0])
    only = _only_field(given)
    if only is not None and only[1].required and not _holds_objects(wanted):
        return Conversion("field", only[0]) if assignable(only[1].type, wanted) else None
    return None


def misfit(source: Type, target: Type) -> str | None:
    """Why values of ``source`` cannot stand where ``target`` is wanted, converted or not."""
    fault = mismatch(source, target)
    return None if fault is None or conversion(source, target) is not None else fault


def _is_whole(type_: Type) -> bool:
    whole = [atom for atom in atoms(type_) if not isinstance(atom, Null)]
    return bool(whole) and all(_is_integer(atom) for atom in whole)


def _is_integer(atom: Type) -> bool:
    match atom:
        case Integer():
            return True
        case Enum((value,)):
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return False


def _is_number(type_: Type) -> bool:
    return isinstance(stripped(type_.of) if isinstance(type_, Nullable) else type_, Number)


def _only_field(type_: Type) -> tuple[str, Field] | None:
    if not isinstance(type_, Object) or not type_.closed or len(type_.fields) != 1:
        return None
    return next(iter(type_.fields.items()))


def _holds_objects(type_: Type) -> bool:
    return any(isinstance(atom, Object | MapOf | Json) for atom in atoms(type_))
