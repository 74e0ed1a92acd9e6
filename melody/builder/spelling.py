"""Expressions as text: what binds how strongly, and the brackets that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Strength(IntEnum):
    """How strongly the outermost operator binds; Python's own order."""

    CHOICE = 1
    OR = 2
    AND = 3
    NOT = 4
    COMPARISON = 5
    SUM = 6
    PRODUCT = 7
    SIGN = 8
    WHOLE = 9
    """A name, a literal, a call, a member: never needs brackets."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The text of an expression."""

    text: str
    strength: Strength = Strength.WHOLE
    is_loop: bool = False
    """A list comprehension: alone in a call of a function that takes a generator, its brackets are
    left out."""

    def within(self, least: Strength) -> str:
        """The text as an operand of something that binds this strongly."""
        return self.text if self.strength >= least else f"({self.text})"


_BINARY = {
    "+": Strength.SUM, "-": Strength.SUM, "*": Strength.PRODUCT, "/": Strength.PRODUCT,
    "//": Strength.PRODUCT, "%": Strength.PRODUCT,
}  # fmt: skip
_JOINED = {"and": Strength.AND, "or": Strength.OR}


def arithmetic(left: Spelling, operator: str, right: Spelling) -> Spelling:
    """``left - right``; operators of one strength group from the left."""
    strength = _BINARY[operator]
    first, second = left.within(strength), right.within(Strength(strength + 1))
    return Spelling(f"{first} {operator} {second}", strength)


def comparison(left: Spelling, operator: str, right: Spelling) -> Spelling:
    """``left < right``, never a chain."""
    first, second = left.within(Strength.SUM), right.within(Strength.SUM)
    return Spelling(f"{first} {operator} {second}", Strength.COMPARISON)


def joined(left: Spelling, word: str, right: Spelling) -> Spelling:
    """``left and right``."""
    strength = _JOINED[word]
    first, second = left.within(strength), right.within(Strength(strength + 1))
    return Spelling(f"{first} {word} {second}", strength)


def negated(operand: Spelling) -> Spelling:
    """``not operand``."""
    return Spelling(f"not {operand.within(Strength.NOT)}", Strength.NOT)


def signed(operand: Spelling) -> Spelling:
    """``-operand``."""
    return Spelling(f"-{operand.within(Strength.SIGN)}", Strength.SIGN)


def chosen(condition: Spelling, then: Spelling, otherwise: Spelling) -> Spelling:
    """``then if condition else otherwise``."""
    parts = then.within(Strength.OR), condition.within(Strength.OR), otherwise.text
    return Spelling("{} if {} else {}".format(*parts), Strength.CHOICE)


def member(base: Spelling, name: str) -> Spelling:
    """``base.name``."""
    return Spelling(f"{base.within(Strength.WHOLE)}.{name}")


def subscript(base: Spelling, key: str) -> Spelling:
    """``base[key]``."""
    return Spelling(f"{base.within(Strength.WHOLE)}[{key}]")


def call(function: str, arguments: Sequence[Spelling], *, takes_generator: bool) -> Spelling:
    """``function(a, b)``."""
    listed = ", ".join(argument.text for argument in arguments)
    if takes_generator and len(arguments) == 1 and arguments[0].is_loop:
        listed = listed[1:-1]
    return Spelling(f"{function}({listed})")
