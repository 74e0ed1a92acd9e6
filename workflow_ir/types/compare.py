"""Whether a value of one type may stand where another is wanted, or equal one of it."""

from __future__ import annotations

from workflow_ir.types.describe import describe
from workflow_ir.types.model import (
    Boolean,
    Enum,
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
    atoms,
    stripped,
)


def assignable(source: Type, target: Type) -> bool:
    """Whether values of ``source`` fit ``target`` as far as types tell.

    Kinds must agree; ranges, patterns and texts for an enum are left to the run's validation unless
    nothing could ever pass. `Json` fits everything. Integers fit numbers, never the reverse; null
    fits only what is nullable.

    >>> assignable(Integer(), Number()), assignable(Number(), Integer())
    (True, False)
    """
    return mismatch(source, target) is None


def mismatch(source: Type, target: Type, path: str = "") -> str | None:
    """Why ``source`` does not fit ``target``: the place inside and both types; None if it does.

    >>> mismatch(ListOf(String()), ListOf(Number()))
    'list[string] where list[number] is wanted (at [*]: string is not number)'
    """
    reason = _reason(source, target, path)
    if reason is None:
        return None
    where, detail = reason
    whole = f"{describe(source)} where {describe(target)} is wanted"
    if where:
        return f"{whole} (at {where}: {detail})"
    return (
        whole
        if detail == f"{describe(source)} is not {describe(target)}"
        else f"{whole} ({detail})"
    )


Reason = tuple[str, str]
"""The place inside the value, and what is wrong there."""


def _reason(source: Type, target: Type, path: str) -> Reason | None:
    source, target = stripped(source), stripped(target)
    if isinstance(source, Json) or isinstance(target, Json):
        return None
    for atom in atoms(source) if isinstance(source, Nullable | OneOf | Enum) else (source,):
        options = atoms(target) if isinstance(target, Nullable | OneOf) else (target,)
        reasons = [_atom_reason(atom, option, path) for option in options]
        if not any(reason is None for reason in reasons):
            if len(reasons) == 1 and reasons[0] is not None:
                return reasons[0]
            return path, f"{describe(atom)} is not {describe(target)}"
    return None


def _atom_reason(source: Type, target: Type, path: str) -> Reason | None:
    fault = path, f"{describe(source)} is not {describe(target)}"
    match source, target:
        case (Json(), _) | (_, Json()) | (Null(), Null()) | (Boolean(), Boolean()):
            return None
        case (Enum((value,)), Enum(values)):
            same = any(type(value) is type(item) and value == item for item in values)
            return None if same else fault
        case (_, Enum(values)):
            fits = any(kind(source) == kind(Enum((value,))) for value in values)
            return None if fits else fault
        case (Enum((value,)), _):
            return (
                None if kind(source) == kind(target) and not _whole_fault(value, target) else fault
            )
        case (String(), String()):
            return None
        case (Integer() | Number(), Integer() | Number()):
            narrows = isinstance(source, Number) and isinstance(target, Integer)
            return fault if narrows or _disjoint(source, target) else None
        case (ListOf(item), ListOf(wanted)):
            return _reason(item, wanted, f"{path}[*]")
        case (MapOf(value), MapOf(wanted)):
            return _reason(value, wanted, f"{path}.*")
        case (Object(fields), MapOf(wanted)):
            inner = (
                _reason(field.type, wanted, f"{path}.{name}") for name, field in fields.items()
            )
            return next((reason for reason in inner if reason is not None), None)
        case (Object(), Object()):
            return _object_reason(source, target, path)
        case _:
            return fault


def _whole_fault(value: JsonValue, target: Type) -> bool:
    return isinstance(value, float) and isinstance(target, Integer)


def _object_reason(source: Object, target: Object, path: str) -> Reason | None:
    for name, field in target.fields.items():
        given = source.fields.get(name)
        if given is None:
            if field.required and source.closed:
                return path or "the top", f"the field {name!r} is missing"
            continue
        reason = _reason(given.type, field.type, f"{path}.{name}")
        if reason is not None:
            return reason
        if field.required and not given.required:
            return f"{path}.{name}", "the field may be missing"
    if target.closed:
        for name in source.fields:
            if name not in target.fields:
                return path or "the top", f"there is no field {name!r} in {describe(target)}"
    return None


def kind(type_: Type) -> str:
    """The JSON kind of a type that is no union; integers and numbers are one kind."""
    match type_:
        case Null():
            return "null"
        case Boolean():
            return "boolean"
        case Integer() | Number():
            return "number"
        case String():
            return "string"
        case ListOf():
            return "list"
        case MapOf() | Object():
            return "object"
        case Enum((value, *_)):
            return _value_kind(value)
        case _:
            return "json"


def may_equal(one: Type, two: Type) -> bool:
    """Whether some value of one type equals some value of the other.

    >>> may_equal(Enum(("go", "rust")), Enum(("ruby",)))
    False
    >>> may_equal(Number(0, 1), Integer(2, 2))
    False
    """
    return any(_may_equal(left, right) for left in atoms(one) for right in atoms(two))


def _may_equal(one: Type, two: Type) -> bool:
    match one, two:
        case (Json(), _) | (_, Json()):
            return True
        case (Enum((left,)), Enum((right,))):
            return kind(one) == kind(two) and left == right
        case (Integer() | Number(), Integer() | Number()):
            return not _disjoint(one, two)
        case _:
            return kind(one) == kind(two)


def _disjoint(one: Integer | Number, two: Integer | Number) -> bool:
    above = one.minimum is not None and two.maximum is not None and one.minimum > two.maximum
    below = one.maximum is not None and two.minimum is not None and one.maximum < two.minimum
    return above or below


def _value_kind(value: JsonValue) -> str:
    kinds: dict[type, str] = {
        type(None): "null",
        bool: "boolean",
        int: "number",
        float: "number",
        str: "string",
        list: "list",
        dict: "object",
    }
    return kinds[type(value)]
