"""A pattern of the linear subset (``workflow_ir.types.pattern``) as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from workflow_ir.types.pattern import compile_pattern

Ranges = tuple[tuple[int, int], ...]
"""Characters, as sorted ranges of code points that do not touch; both ends belong to them."""

LAST: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Characters:
    """Reads one of these characters."""

    ranges: Ranges
    regex: str
    """How Python's ``re`` writes it."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Holds at the beginning (``^``) or at the end (``$``) of the text."""

    mark: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of the options."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, several times."""

    part: Node
    least: int
    most: int | None
    """None: as often as one likes."""


Node = Characters | Anchor | Sequence | Choice | Repeat

_SPACES: Final[Ranges] = (
    (0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_CLASSES: Final[dict[str, tuple[Ranges, str]]] = {
    "d": (((0x30, 0x39),), "0-9"),
    "w": (((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)), "0-9A-Z_a-z"),
    "s": (_SPACES, "\\s\ufeff"),
}
"""As the language of patterns has them, and what they are inside ``[ ]`` of Python's."""
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_SPECIAL: Final = "\\.^$*+?{}[]|()"
_SPECIAL_IN_CLASS: Final = "\\]^-[&~|"
_LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))


def pattern_tree(source: str) -> Node:
    """The tree of a pattern.

    Raises:
        PatternError: It is none of the linear subset.
    """
    compile_pattern(source)
    return _Reader(source).choice()


def complement(ranges: Ranges) -> Ranges:
    """All other characters."""
    ends = [-1, *(end for _, end in ranges)]
    starts = [*(start for start, _ in ranges), LAST + 1]
    pairs = zip(ends, starts, strict=True)
    return tuple((end + 1, start - 1) for end, start in pairs if end + 1 < start)


class _Reader:
    """Reads what `compile_pattern` has found to be legal."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self, length: int = 1) -> str:
        self._at += length
        return self._source[self._at - length : self._at]

    def choice(self) -> Node:
        options = [self._sequence()]
        while self._peek() == "|":
            self._take()
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        mark = self._peek()
        if not mark or mark not in "*+?{":
            return part
        self._take()
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(mark) or self._bounds()
        if self._peek() == "?":
            self._take()  # lazy or greedy: the same texts are found
        return Repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None]:
        low, comma, high = self._take(self._source.index("}", self._at) - self._at).partition(",")
        self._take()
        if not comma:
            return int(low), int(low)
        return int(low), int(high) if high else None

    def _atom(self) -> Node:
        mark = self._take()
        match mark:
            case "(":
                if self._peek() == "?":
                    self._take(2)
                inner = self.choice()
                self._take()
                return inner
            case "[":
                return self._class()
            case ".":
                return Characters(complement(_LINE_ENDS), "[^\\n\\r\\u2028\\u2029]")
            case "^" | "$":
                return Anchor(mark)
            case "\\" if self._peek().lower() in _CLASSES:
                ranges, inside = _CLASSES[self._peek().lower()]
                if self._take().isupper():
                    return Characters(complement(ranges), f"[^{inside}]")
                return Characters(ranges, f"[{inside}]")
            case "\\":
                mark = self._escaped()
        regex = f"\\{mark}" if mark in _SPECIAL else mark
        return Characters(((ord(mark), ord(mark)),), regex)

    def _escaped(self) -> str:
        mark = self._take()
        if mark in {"x", "u"}:
            return chr(int(self._take(2 if mark == "x" else 4), 16))
        return _ESCAPES.get(mark, mark)

    def _class(self) -> Characters:
        negated = self._peek() == "^"
        if negated:
            self._take()
        ranges: list[tuple[int, int]] = []
        inside = ""
        plain = True
        while self._peek() != "]":
            more, regex = self._class_item()
            ranges += more
            inside += regex
            plain = plain and bool(regex)
        self._take()
        found = _merged(ranges)
        if negated:
            found = complement(found)
        if plain and inside:
            return Characters(found, f"[{'^' if negated else ''}{inside}]")
        return Characters(found, _class_of(found))

    def _class_item(self) -> tuple[Ranges, str]:
        """Characters, and how ``re`` writes them in a class; empty where it has no such words."""
        low = self._class_character()
        if not isinstance(low, str):
            return low
        if self._peek() != "-" or self._source[self._at + 1] == "]":
            return ((ord(low), ord(low)),), _in_class(low)
        self._take()
        high = self._class_character()
        assert isinstance(high, str)
        return ((ord(low), ord(high)),), f"{_in_class(low)}-{_in_class(high)}"

    def _class_character(self) -> str | tuple[Ranges, str]:
        mark = self._take()
        if mark != "\\":
            return mark
        if self._peek().lower() not in _CLASSES:
            return self._escaped()
        ranges, inside = _CLASSES[self._peek().lower()]
        return (complement(ranges), "") if self._take().isupper() else (ranges, inside)


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _in_class(character: str) -> str:
    return f"\\{character}" if character in _SPECIAL_IN_CLASS else character


def _class_of(ranges: Ranges) -> str:
    """A class that is written out; ``re`` knows no empty one."""
    pieces = (
        _in_class(chr(start)) + (f"-{_in_class(chr(end))}" if end > start else "")
        for start, end in ranges
    )
    return f"[{''.join(pieces)}]" if ranges else "[^\\s\\S]"
