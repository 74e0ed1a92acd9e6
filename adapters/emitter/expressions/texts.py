"""Values as literals that fit into lines: a long text is written in pieces, one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from adapters.emitter.code import Code, joined, literal

WIDEST: Final = 72
"""Characters of source of one piece."""
_LINE: Final = re.compile(r"[^\n]*\n+|[^\n]+")
_WORD: Final = re.compile(r"\S*\s*")


def text_literal(value: Any) -> Code:
    r"""A JSON value as `literal` writes it, with long texts in pieces that Python puts together.

    >>> text_literal("one\n" + "two " * 18)
    "('one\\n' 'two two two two two two two two two two two two two two two two two ' 'two ')"
    """
    match value:
        case str():
            whole = literal(value)
            if len(whole) <= WIDEST:
                return whole
            return Code(f"({joined(map(literal, _pieces(value)), ' ')})")
        case list():
            return Code(f"[{joined(map(text_literal, value), ', ')}]")
        case dict() if all(isinstance(key, str) for key in value):
            pairs = (f"{text_literal(key)}: {text_literal(item)}" for key, item in value.items())
            return Code("{" + ", ".join(pairs) + "}")
        case _:
            return literal(value)


def _pieces(text: str) -> Iterator[str]:
    """A text in lines, a long line in parts that end behind a blank where there is one."""
    for line in _LINE.findall(text):
        piece = ""
        for word in _parts(line):
            if piece and len(literal(piece + word)) > WIDEST:
                yield piece
                piece = ""
            piece += word
        yield piece


def _parts(line: str) -> Iterator[str]:
    """The words of a line, those that are too long in parts."""
    for word in _WORD.findall(line):
        start = 0
        while start < len(word):
            end = start + WIDEST
            while len(literal(word[start:end])) > WIDEST:
                end -= 1
            yield word[start:end]
            start = end
