"""The kinds of values, as far as the text of an expression tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value."""

    name: Literal[
        "any", "integer", "number", "boolean", "text", "null", "list", "map", "nothing", "mixed"
    ]
    """``any``: not known; ``nothing``: the item of an empty list; ``mixed``: of several kinds."""
    of: Kind | None = None
    """The kind of the items of a list, of the values of a map."""
    sure: bool = True
    """Whether there is no way by which it is of a kind that is not known."""

    @property
    def inside(self) -> Kind:
        """The kind of its items or values."""
        assert self.of is not None
        return replace(self.of, sure=self.of.sure and self.sure)


ANY: Final = Kind("any")
INTEGER: Final = Kind("integer")
NUMBER: Final = Kind("number")
BOOLEAN: Final = Kind("boolean")
TEXT: Final = Kind("text")
NULL: Final = Kind("null")
TEXTS: Final = Kind("list", TEXT)

NUMBERS: Final = frozenset({"integer", "number"})


def kind_of_constant(value: object) -> Kind:
    """The kind of a JSON value, not looking into lists and maps."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return NUMBER
        case str():
            return TEXT
        case _:
            return ANY


def joined(kinds: Sequence[Kind]) -> Kind:
    """The kind of the items of a list that holds values of these kinds."""
    names = {kind.name for kind in kinds}
    if not kinds:
        return Kind("nothing")
    if "any" in names:
        return ANY
    sure = all(kind.sure for kind in kinds)
    if names <= NUMBERS:
        return replace(NUMBER if "number" in names else INTEGER, sure=sure)
    bare = {replace(kind, sure=True) for kind in kinds}
    return replace(kinds[0], sure=sure) if len(bare) == 1 else Kind("mixed")


def either(one: Kind, other: Kind) -> Kind:
    """The kind of what is a value of one kind or of the other."""
    known = [kind for kind in (one, other) if kind.name != "any"]
    if len(known) == 1:
        return replace(known[0], sure=False)
    return joined([one, other])


def may_equal(one: Kind, two: Kind) -> bool:
    """Whether values of two kinds may be equal."""
    names = {one.name, two.name}
    if names & {"any", "nothing"} or names <= NUMBERS:
        return True
    if one.name == two.name and one.of is not None and two.of is not None:
        return may_equal(one.of, two.of)
    return one.name == two.name


def may_hold(whole: Kind, item: Kind) -> bool:
    """Whether ``in`` may find a value of a kind in another one."""
    match whole.name:
        case "any":
            return True
        case "text" | "map":
            return item.name in {"any", "text"}
        case "list":
            return whole.inside.name != "nothing" and may_equal(whole.inside, item)
        case _:
            return False
