"""The types of the functions: what each takes, and what it then gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from workflow_ir.types.compare import kind, may_equal, mismatch
from workflow_ir.types.describe import describe
from workflow_ir.types.join import join
from workflow_ir.types.model import (
    Boolean,
    Enum,
    Integer,
    Json,
    ListOf,
    MapOf,
    Number,
    Object,
    OneOf,
    String,
    Type,
    atoms,
    may_be_null,
    stripped,
    without_null,
)


class ArgumentError(Exception):
    """An argument of the wrong type: which one, the fact, a hint."""

    def __init__(self, position: int, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.position = position
        self.message = message
        self.help = help


Rule = Callable[[Sequence[Type]], Type]
"""From the types of the arguments to that of the result; raises `ArgumentError`."""

TEXT: Final[Type] = String()
LIST: Final[Type] = ListOf(Json())
NUMBER: Final[Type] = Number()
ANY: Final[Type] = Json()
SIZED: Final[Type] = OneOf((String(), ListOf(Json()), MapOf(Json())))
ORDERED: Final[Type] = OneOf((Number(), String()))
READABLE: Final[Type] = OneOf((Number(), String()))


def takes(*wanted: Type, gives: Type | Rule) -> Rule:
    """The rule of a function with these arguments; the last ones may be left out."""

    def rule(given: Sequence[Type]) -> Type:
        for position, (source, target) in enumerate(zip(given, wanted, strict=False)):
            require(position, source, target)
        return gives(given) if callable(gives) else gives

    return rule


def require(position: int, source: Type, target: Type) -> None:
    """Raises if an argument does not fit.

    Raises:
        ArgumentError: With a hint where null is all that is wrong.
    """
    reason = mismatch(source, target)
    if reason is None:
        return
    if may_be_null(source) and mismatch(without_null(source), target) is None:
        hint = "Write `default(x, y)` to say what stands for null."
        raise ArgumentError(position, "the value may be null", hint)
    hint_ = None
    if mismatch(target, String()) is None:
        hint_ = "Write `str(x)` to make text of it."
    elif target == NUMBER and all(isinstance(atom, String | Enum) for atom in atoms(source)):
        hint_ = "Write `int(x)` or `float(x)` to read the text as a number."
    raise ArgumentError(position, reason, hint_)


def item_of_first(given: Sequence[Type]) -> Type:
    """The type of the items of the first argument."""
    inner = stripped(given[0])
    return inner.item if isinstance(inner, ListOf) else Json()


def same_list(given: Sequence[Type]) -> Type:
    """A list as the first argument is one."""
    return ListOf(item_of_first(given))


def widened(type_: Type) -> Type:
    """The type without bounds, which arithmetic does not keep."""
    match stripped(type_):
        case Integer():
            return Integer()
        case Number():
            return Number()
        case Enum(values) if all(type(value) is int for value in values):
            return Integer()
        case Enum(values) if all(type(value) in {int, float} for value in values):
            return Number()
        case OneOf(options) if options:
            return join(widened(option) for option in options)
        case other:
            return other


def sum_rule(given: Sequence[Type]) -> Type:
    """Integers give an integer, other numbers a number."""
    require(0, given[0], ListOf(Number()))
    item = widened(item_of_first(given))
    return item if isinstance(item, Integer | Number | Json) else Integer()


def extreme_rule(given: Sequence[Type]) -> Type:
    """``min`` and ``max``: a list, or several values of one ordered type."""
    if len(given) == 1:
        require(0, given[0], ListOf(ORDERED))
        items: Sequence[Type] = [item_of_first(given)]
    else:
        items = given
        for position, item in enumerate(items):
            require(position, item, ORDERED)
    _require_one_kind(items)
    return join(items)


def _require_one_kind(items: Sequence[Type]) -> None:
    kinds = {kind(atom) for item in items for atom in atoms(item)} - {"json"}
    if len(kinds) > 1:
        position = len(items) - 1
        shown = describe(join(items))
        raise ArgumentError(position, f"numbers and texts cannot be ordered together: {shown}")


def sorted_rule(given: Sequence[Type]) -> Type:
    """A list of one ordered type."""
    require(0, given[0], ListOf(ORDERED))
    _require_one_kind([item_of_first(given)])
    return same_list(given)


def round_rule(given: Sequence[Type]) -> Type:
    """An integer, unless digits are given."""
    require(0, given[0], NUMBER)
    if len(given) == 1:
        return Integer()
    require(1, given[1], Integer())
    return widened(given[0])


def abs_rule(given: Sequence[Type]) -> Type:
    """A number of the same type."""
    require(0, given[0], NUMBER)
    return widened(given[0])


def values_rule(given: Sequence[Type]) -> Type:
    """The values of a map, or the fields of an object."""
    require(0, given[0], MapOf(Json()))
    match stripped(given[0]):
        case MapOf(value):
            return ListOf(value)
        case Object(fields, closed):
            return ListOf(join(field.type for field in fields.values()) if closed else Json())
        case _:
            return ListOf(Json())


def zip_rule(given: Sequence[Type]) -> Type:
    """Pairs; where both types differ, the type of a member of a pair is their union."""
    for position in (0, 1):
        require(position, given[position], LIST)
    return ListOf(ListOf(join(item_of_first([part]) for part in given)))


def contains_rule(given: Sequence[Type]) -> Type:
    """A text in a text, a key of a map, or anything that may equal an item of a list."""
    require(0, given[0], SIZED)
    for atom in atoms(given[0]):
        if isinstance(atom, ListOf):
            if not may_equal(atom.item, given[1]):
                reason = f"no item of {describe(atom)} can equal {describe(given[1])}"
                raise ArgumentError(1, reason)
        elif not isinstance(atom, Json):
            require(1, given[1], String())
    return Boolean()


def default_rule(given: Sequence[Type]) -> Type:
    """What is read, or the other value."""
    return join([without_null(given[0]), given[1]])


def coalesce_rule(given: Sequence[Type]) -> Type:
    """The first that is there."""
    return join(without_null(part) for part in given)
