"""A Melody in the making: what has been drawn of it, and what may be read where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from hypothesis import strategies as st

T = TypeVar("T")

Draw = Callable[[st.SearchStrategy[Any]], Any]
"""What Hypothesis hands to a composite strategy."""
Step = dict[str, Any]
"""A step as YAML data."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a step is drawn."""

    prefix: str
    """Static address of its scope, with the sign that joins it to an id."""
    seen: tuple[str, ...]
    """Expressions that give an integer there, whatever has happened."""
    siblings: tuple[str, ...]
    """Ids of the steps that stand before it in its scope."""
    depth: int
    """Scopes round it."""

    def below(self, address: str, *, seen: tuple[str, ...] | None = None, sign: str = ".") -> Here:
        """The scope inside the step of that address."""
        known = self.seen if seen is None else seen
        return Here(f"{address}{sign}", known, (), self.depth + 1)


@dataclass(slots=True)
class Sketch:
    """Draws and remembers; a smaller draw is a simpler Melody.

    Args:
        draw: Of the composite strategy.
        size: Steps that are still to be drawn, those of sub-melodies among them.
        chained: Every step waits for the one before it.
        calm: Only a few steps fail.
    """

    draw: Draw
    size: int
    chained: bool
    calm: bool
    script: dict[str, Any] = field(default_factory=dict)
    """What plays each step, by static address."""
    files: dict[str, str] = field(default_factory=dict)
    """Sub-melodies."""
    health: dict[str, Any] = field(default_factory=dict)
    _ids: int = 0

    def new_id(self) -> str:
        """``s1``, ``s2`` …: unique in the Melody and its sub-melodies."""
        self._ids += 1
        self.size -= 1
        return f"s{self._ids}"

    def one_of(self, *choices: T) -> T:
        """One of them; the first is the simplest."""
        drawn: T = self.draw(st.sampled_from(choices))
        return drawn

    def number(self, low: int, high: int) -> int:
        """Both ends included."""
        drawn: int = self.draw(st.integers(low, high))
        return drawn

    def rarely(self, times: int = 1, of: int = 4) -> bool:
        """True that often; False is simpler."""
        return bool(self.draw(st.sampled_from([False] * (of - times) + [True] * times)))

    def some(self, choices: Sequence[T], most: int) -> list[T]:
        """Up to so many of them, each once."""
        if not choices:
            return []
        drawn = st.lists(st.sampled_from(choices), max_size=most, unique_by=str)
        return list(self.draw(drawn))

    def read(self, here: Here) -> str:
        """Something that can be read here, or a number."""
        if not here.seen or self.rarely():
            return str(self.number(0, 5))
        return self.one_of(*reversed(here.seen))


def value(expression: str) -> str:
    """An expression as a value."""
    return f"${{{{ {expression} }}}}"


def text(tree: dict[str, Any]) -> str:
    """A Melody as YAML."""
    return yaml.safe_dump(tree, sort_keys=False, width=100)
