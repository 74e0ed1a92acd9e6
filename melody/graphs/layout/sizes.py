"""How large boxes are: their words wrapped, framed and, of a map, the inside below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow_ir.visible import width

WIDEST_WORDS = 34
"""Columns of a box's words; longer ones are wrapped."""


@dataclass(slots=True)
class Size:
    """Measures of one place."""

    width: int
    height: int
    lines: tuple[str, ...] = ()


def framed(lines: tuple[str, ...], ways_in: int) -> Size:
    """A box round its words, wide enough for every line that ends on top of it."""
    wrapped = tuple(piece for line in lines for piece in wrap(line))
    inner = max((width(line) for line in wrapped), default=1) + 2
    inner = max(inner, 2 * ways_in + 1)
    # An odd width has a middle column, so that what stands below one another is joined straight.
    return Size(inner + 2 if inner % 2 else inner + 3, max(len(wrapped), 1) + 2, wrapped)


def wrap(line: str) -> Iterator[str]:
    """Pieces of at most `WIDEST_WORDS` columns, broken between words where possible."""
    piece = ""
    for word in line.split(" "):
        joined = f"{piece} {word}" if piece else word
        if width(joined) <= WIDEST_WORDS:
            piece = joined
            continue
        if piece:
            yield piece
        *full, piece = _chopped(word)
        yield from full
    if piece:
        yield piece


def _chopped(word: str) -> Iterator[str]:
    piece = ""
    for char in word:
        if piece and width(piece + char) > WIDEST_WORDS:
            yield piece
            piece = ""
        piece += char
    yield piece
