"""How long Python's ``re`` may take: it tries one way through a pattern after the other.

Every way from one reading of a character to the next is looked at (Glushkov's automaton). Where two
of them read the same character the pattern has a fork. A fork in a loop that comes back to itself
on both ways doubles the work with every character; one that leaves the loop costs a factor of the
length of the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from adapters.emitter.schemas.pattern_tree import (
    Anchor,
    Characters,
    Choice,
    Node,
    Ranges,
    Repeat,
    Sequence,
)

_WRITTEN_OUT: Final = 4
"""Repetitions up to so many are looked at one by one; more are taken for a loop."""
_MOST_WAYS: Final = 256
"""Ways through the forks outside of loops."""
_MOST_POSITIONS: Final = 1000
_MOST_PAIRS: Final = 1_000_000
"""Pairs of positions that are compared."""
_HIGHEST_POWER: Final = 2
"""Of the length of the text."""


def may_take_long(tree: Node) -> bool:
    """Whether ``re.search`` may need more than about the square of a text's length."""
    ways = _Ways()
    try:
        whole = ways.of(tree)
    except _TooMuchError:
        return True
    return ways.take_long(whole, anchored=_anchored(tree))


class _TooMuchError(Exception):
    """The pattern may take long, or is too large to be looked at."""


@dataclass(slots=True)
class _Part:
    """A part of a pattern. A position stands in a list once for each way that leads to it."""

    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    empty: bool = True
    """It may read nothing."""
    empty_forks: int = 0
    """Several ways to read nothing."""


class _Ways:
    def __init__(self) -> None:
        self._reads: list[Ranges] = []
        self._next: list[list[int]] = []

    def of(self, node: Node) -> _Part:
        """Number the positions of a part and join them."""
        match node:
            case Characters(ranges=ranges):
                if len(self._reads) >= _MOST_POSITIONS:
                    raise _TooMuchError
                self._reads.append(ranges)
                self._next.append([])
                here = len(self._reads) - 1
                return _Part([here], [here], empty=False)
            case Anchor():
                return _Part()
            case Sequence(parts=parts):
                whole = _Part()
                for part in parts:
                    whole = self._joined(whole, self.of(part))
                return whole
            case Choice(options=options):
                return self._either([self.of(option) for option in options])
            case Repeat(part=part, least=least, most=most):
                return self._repeated(part, least, most)

    def _joined(self, one: _Part, two: _Part) -> _Part:
        for last in one.last:
            self._next[last] += two.first
        return _Part(
            one.first + (two.first if one.empty else []),
            two.last + (one.last if two.empty else []),
            one.empty and two.empty,
            one.empty_forks + two.empty_forks,
        )

    @staticmethod
    def _either(parts: list[_Part]) -> _Part:
        empties = sum(part.empty for part in parts)
        return _Part(
            [first for part in parts for first in part.first],
            [last for part in parts for last in part.last],
            empties > 0,
            sum(part.empty_forks for part in parts) + max(empties - 1, 0),
        )

    def _repeated(self, node: Node, least: int, most: int | None) -> _Part:
        if most is not None and most <= _WRITTEN_OUT:
            whole = _Part()
            for _ in range(least):
                whole = self._joined(whole, self.of(node))
            optional = _Part()
            for _ in range(most - least):
                optional = self._either([_Part(), self._joined(self.of(node), optional)])
            return self._joined(whole, optional)
        part = self.of(node)
        if part.empty or part.empty_forks:
            raise _TooMuchError
        for last in part.last:
            self._next[last] += part.first
        part.empty = least == 0
        return part

    def take_long(self, whole: _Part, *, anchored: bool) -> bool:
        """Look at every fork."""
        if sum(len(ahead) ** 2 for ahead in [whole.first, *self._next]) > _MOST_PAIRS:
            return True
        reach = [self._reached(position) for position in range(len(self._next))]
        looped = [here in ahead for here, ahead in enumerate(reach)]
        leaves = [False] * len(reach)
        for here, ahead in enumerate(self._next):
            for one, two in combinations(ahead, 2):
                if looped[here] and self._meet(one, two):
                    if here in reach[one] and here in reach[two]:
                        return True
                    leaves[here] = True
        power, ways = [0] * len(reach), [1] * len(reach)
        # What lies ahead of a loop reaches less than the loop does.
        for here in sorted(range(len(reach)), key=lambda position: len(reach[position])):
            after = [one for one in reach[here] if here not in reach[one]]
            loop = [one for one in reach[here] if here in reach[one]]
            left = any(leaves[one] for one in loop)
            power[here] = max([len(loop) > 0, *(left + power[one] for one in after)])
            fork = 1 if loop else self._fork(self._next[here])
            ways[here] = fork * max([1, *(ways[one] for one in after)])
        highest = max([0, *(power[one] for one in whole.first)]) + (not anchored)
        most = self._fork(whole.first) * max([1, *(ways[one] for one in whole.first)])
        return highest > _HIGHEST_POWER or most * 2**whole.empty_forks > _MOST_WAYS

    def _meet(self, one: int, two: int) -> bool:
        """Some character is read by both."""
        return any(
            start <= end_two and start_two <= end
            for start, end in self._reads[one]
            for start_two, end_two in self._reads[two]
        )

    def _fork(self, ahead: list[int]) -> int:
        """Ways that one character may have here."""
        return max([1, *(sum(self._meet(one, two) for two in ahead) for one in ahead)])

    def _reached(self, position: int) -> set[int]:
        """All positions behind one; itself only if it is in a loop."""
        reached: set[int] = set()
        ahead = [position]
        while ahead:
            more = [one for one in self._next[ahead.pop()] if one not in reached]
            reached.update(more)
            ahead += more
        return reached


def _anchored(node: Node) -> bool:
    """It can be found at the beginning of a text only."""
    match node:
        case Anchor(mark=mark):
            return mark == "^"
        case Sequence(parts=parts):
            for part in parts:
                if _anchored(part):
                    return True
                if not isinstance(part, Anchor):
                    return False
            return False
        case Choice(options=options):
            return all(map(_anchored, options))
        case Repeat(part=part, least=least):
            return least > 0 and _anchored(part)
        case Characters():
            return False
