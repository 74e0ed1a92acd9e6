"""The types of Melody's data: a closed union of frozen values, each the reading of a JSON Schema.

``Absent`` is no type of data. It marks a read that may find nothing, because the step it reads may
have been skipped or left a gap (spec 2, "Skipped is a value").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
"""Data: exactly what JSON can say. ``bool`` is never taken for a number."""


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON value. Dynamic: what is done with it is checked when it happens."""


@dataclass(frozen=True, slots=True)
class Null:
    """The one value ``null``."""


@dataclass(frozen=True, slots=True)
class Boolean:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True)
class Integer:
    """Whole numbers within 64 bits. ``1.0`` is none."""

    minimum: int | None = None
    """Least value, inclusive; None: no bound."""
    maximum: int | None = None
    """Greatest value, inclusive; None: no bound."""


@dataclass(frozen=True, slots=True)
class Number:
    """Finite numbers, integers among them."""

    minimum: float | None = None
    """Least value, inclusive; None: no bound."""
    maximum: float | None = None
    """Greatest value, inclusive; None: no bound."""


@dataclass(frozen=True, slots=True)
class String:
    """Text."""

    format: str | None = None
    """``path``, ``uri`` or ``duration``: recorded for readers, not enforced here."""


@dataclass(frozen=True, slots=True)
class Enum:
    """One of the listed values. A literal text has the type of an Enum with one value."""

    values: tuple[JsonValue, ...]
    """The values, in the order written."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """Lists whose items have one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    """Objects with any keys whose values have one type."""

    value: Type


class Undefined:
    """The type of `NO_DEFAULT`, so that a default of ``null`` can be told from none."""

    def __repr__(self) -> str:
        return "NO_DEFAULT"


NO_DEFAULT: Final = Undefined()
"""A field without a default."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an `Object`, or one input of a Melody."""

    type: Type
    required: bool = True
    """The key must be present. A field of type ``T?`` or with a default is not required."""
    default: JsonValue | Undefined = NO_DEFAULT
    """The value of an absent key; `NO_DEFAULT`: absent keys of optional fields read as null."""
    description: str | None = None
    """Free text for people and models."""


@dataclass(frozen=True, slots=True)
class Object:
    """Objects with known fields."""

    fields: Mapping[str, Field]
    closed: bool = True
    """Other keys are refused; False: they are of type `Json`."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """A value of another type, or null."""

    of: Type


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of any of these types. Without options it is the type of no value at all."""

    options: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Constrained:
    """A type whose schema says more than the type does: ``minLength``, ``pattern``, ``oneOf``."""

    of: Type
    """What expressions may rely on."""
    schema: Mapping[str, JsonValue]
    """The whole JSON Schema; it decides at run time."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The read may find nothing: legal in ``default``, ``has``, ``coalesce`` or after narrowing."""

    of: Type
    """The type of what is read when there is something."""
    step: str
    """The step that may not have run, for messages."""


Type: TypeAlias = (
    "Json | Null | Boolean | Integer | Number | String | Enum | ListOf | MapOf | Object"
    " | Nullable | OneOf | Constrained | Absent"
)
"""Any type. Closed: ``match`` over it is total."""

NEVER: Final = OneOf(())
"""The type of the items of ``[]``: fits every type."""


def stripped(type_: Type) -> Type:
    """The type without `Constrained` and `Absent` round it."""
    while isinstance(type_, Constrained | Absent):
        type_ = type_.of
    return type_


def atoms(type_: Type) -> tuple[Type, ...]:
    """The alternatives of a type, none of which is a union: ``T?`` gives T's and `Null`.

    >>> atoms(Nullable(OneOf((String(), Enum((1, 2))))))
    (String(format=None), Enum(values=(1,)), Enum(values=(2,)), Null())
    """
    match stripped(type_):
        case Nullable(of):
            return (*atoms(of), Null())
        case OneOf(options):
            return tuple(atom for option in options for atom in atoms(option))
        case Enum(values):
            return tuple(Null() if value is None else Enum((value,)) for value in values)
        case other:
            return (other,)


def may_be_null(type_: Type) -> bool:
    """Whether null is among the values of a type that is not dynamic."""
    return any(isinstance(atom, Null) for atom in atoms(type_))


def without_null(type_: Type) -> Type:
    """The type without null, and without `Absent` round it.

    >>> without_null(Nullable(String()))
    String(format=None)
    """
    match type_:
        case Constrained(of) | Absent(of):
            return without_null(of) if may_be_null(of) or isinstance(type_, Absent) else type_
        case Nullable(of):
            return without_null(of)
        case Null():
            return NEVER
        case OneOf(options):
            kept = tuple(without_null(option) for option in options if option != Null())
            return kept[0] if len(kept) == 1 else OneOf(kept)
        case Enum(values) if None in values:
            return Enum(tuple(value for value in values if value is not None))
        case _:
            return type_
