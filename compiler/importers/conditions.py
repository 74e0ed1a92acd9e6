"""Conditions between steps: ``a.success && (b.score > 95% || c.failure)``, and what they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

OUTCOMES = ("success", "failure", "complete")
NUMBER = re.compile(r"[-+]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``ID.success``, ``ID.failure`` or ``ID.complete``."""

    step: str
    outcome: str
    start: int
    """Offset of the id in the text."""
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ID.FIELD OP NUMBER``."""

    step: str
    """The step, or what stands for it where the form has something else before the dot."""
    field: str
    operator: str
    number: str
    """As an expression writes it: ``0.95`` for ``95%``."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions that all hold, or of which one holds."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]


Condition = Outcome | Comparison | Joined


def number_of(text: str) -> str | None:
    """A number as an expression writes it, or None.

    >>> number_of("95%"), number_of("+.50"), number_of("4"), number_of("many")
    ('0.95', '0.5', '4', None)
    """
    if not NUMBER.fullmatch(text):
        return None
    value = Decimal(text.rstrip("%"))
    if text.endswith("%"):
        value /= 100
    plain = format(value.normalize(), "f")
    return "0" if plain == "-0" else plain


def atoms_of(condition: Condition | None) -> Iterator[Outcome | Comparison]:
    """The conditions without any join in them, in written order."""
    if isinstance(condition, Joined):
        for part in condition.parts:
            yield from atoms_of(part)
    elif condition is not None:
        yield condition


def joined(word: Literal["and", "or"], parts: list[Condition]) -> Condition:
    """One condition of several; a join inside a join of the same word is flattened."""
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, Joined) and part.word == word else (part,)
    return flat[0] if len(flat) == 1 else Joined(word, tuple(flat))


def expression_of(condition: Condition, atom: Callable[[Outcome | Comparison], str]) -> str:
    """The condition as an expression of a Melody.

    Args:
        condition: The condition.
        atom: What a single one becomes; ``x and y`` where it needs a guard.

    >>> expression_of(
    ...     Joined("and", (Outcome("a", "success", 0, 9), Outcome("b", "failure", 0, 9))),
    ...     lambda one: f"steps.{one.step}.{'ok' if one.outcome == 'success' else 'error'}")
    'steps.a.ok and steps.b.error'
    """
    return _written(condition, atom, "or")


def _written(condition: Condition, atom: Callable[[Outcome | Comparison], str], within: str) -> str:
    if not isinstance(condition, Joined):
        text = atom(condition)
        return f"({text})" if within == "any" and " and " in text else text
    if condition.word == "or":
        text = " or ".join(_written(part, atom, "any") for part in condition.parts)
        return f"({text})" if within in ("all", "any") else text
    parts: dict[str, None] = {}
    for part in condition.parts:
        text = _written(part, atom, "all")
        # A guard that stands already is not said again.
        pieces = (text,) if text.startswith("(") else text.split(" and ")
        parts.update(dict.fromkeys(pieces))
    text = " and ".join(parts)
    return f"({text})" if within == "any" else text


def order_and_rest(condition: Condition | None) -> tuple[list[str], Condition | None]:
    """The steps that only have to be complete, which order alone says; and the other conditions.

    >>> both = (Outcome("a", "complete", 0, 10), Outcome("b", "success", 14, 23))
    >>> order_and_rest(Joined("and", both))
    (['a'], Outcome(step='b', outcome='success', start=14, end=23))
    """
    if condition is None or (isinstance(condition, Joined) and condition.word == "or"):
        return [], condition
    order: dict[str, None] = {}
    rest: list[Condition] = []
    for part in condition.parts if isinstance(condition, Joined) else (condition,):
        if isinstance(part, Outcome) and part.outcome == "complete":
            order[part.step] = None
        else:
            rest.append(part)
    return list(order), joined("and", rest) if rest else None
