"""The type of a value that may come from either of several places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_ir.types.model import (
    NEVER,
    Boolean,
    Enum,
    Field,
    Integer,
    Json,
    ListOf,
    MapOf,
    Null,
    Nullable,
    Number,
    Object,
    OneOf,
    String,
    Type,
    stripped,
)

_MOST_OPTIONS = 8
"""More alternatives than this are `Json`: nobody could act on a message that lists them."""
_MOST_VALUES = 64
"""Enum values joined before the type widens to `String`."""


def join(types: Iterable[Type]) -> Type:
    """The least type that every given type fits, or `Json` where none is useful.

    >>> join([Integer(1, 1), Integer(3, 3)])
    Integer(minimum=1, maximum=3)
    >>> join([String(), Null()])
    Nullable(of=String(format=None))
    """
    options: list[Type] = []
    null = False
    for type_ in types:
        for option in _alternatives(type_):
            if isinstance(option, Json):
                return Json()
            if isinstance(option, Null):
                null = True
                continue
            _add(options, option)
    if len(options) > _MOST_OPTIONS:
        return Json()
    if not options:
        return Null() if null else NEVER
    joined: Type = options[0] if len(options) == 1 else OneOf(tuple(options))
    return Nullable(joined) if null else joined


def _alternatives(type_: Type) -> tuple[Type, ...]:
    match stripped(type_):
        case Nullable(of):
            return (*_alternatives(of), Null())
        case OneOf(options):
            return tuple(inner for option in options for inner in _alternatives(option))
        case Enum(values) if None in values:
            return (Enum(tuple(value for value in values if value is not None)), Null())
        case other:
            return (other,)


def _add(options: list[Type], new: Type) -> None:
    for position, old in enumerate(options):
        merged = _merged(old, new)
        if merged is not None:
            options[position] = merged
            return
    options.append(new)


def _merged(one: Type, two: Type) -> Type | None:
    """One type for both, where that loses nothing a message would need; else None."""
    match one, two:
        case (Integer(), Integer()):
            low, high = _widest(one, two)
            return Integer(_whole(low), _whole(high))
        case (Integer() | Number(), Integer() | Number()):
            return Number(*_widest(one, two))
        case (String(), String()):
            return one if one == two else String()
        case (Boolean(), Boolean()):
            return one
        case (String() as text, Enum(values)) | (Enum(values), String() as text):
            return text if all(isinstance(value, str) for value in values) else None
        case (Enum(), Enum()):
            return _merged_enums(one, two)
        case (ListOf(first), ListOf(second)):
            return ListOf(join([first, second]))
        case (MapOf(first), MapOf(second)):
            return MapOf(join([first, second]))
        case (Object(), Object()):
            return _merged_objects(one, two)
        case _:
            return None


def _widest(one: Integer | Number, two: Integer | Number) -> tuple[float | None, float | None]:
    low = None if one.minimum is None or two.minimum is None else min(one.minimum, two.minimum)
    high = None if one.maximum is None or two.maximum is None else max(one.maximum, two.maximum)
    return low, high


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _merged_enums(one: Enum, two: Enum) -> Type:
    values = list(one.values)
    seen = {(type(value), repr(value)) for value in values}
    values += [value for value in two.values if (type(value), repr(value)) not in seen]
    if len(values) > _MOST_VALUES:
        return String() if all(isinstance(value, str) for value in values) else Json()
    return Enum(tuple(values))


def _merged_objects(one: Object, two: Object) -> Type | None:
    if set(one.fields) != set(two.fields) or one.closed != two.closed:
        return None
    return Object(_merged_fields(one.fields, two.fields), closed=one.closed)


def _merged_fields(one: Mapping[str, Field], two: Mapping[str, Field]) -> dict[str, Field]:
    return {
        name: Field(
            join([field.type, two[name].type]),
            required=field.required and two[name].required,
        )
        for name, field in one.items()
    }
