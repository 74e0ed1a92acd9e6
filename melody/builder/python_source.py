"""The user's Python text: where a line of it is being executed, and its syntax tree."""

from __future__ import annotations

import ast
import linecache
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FrameType

PACKAGE = __name__.rpartition(".")[0]
Position = tuple[int, int, int, int]
"""First line (from 1) and column, last line and column; columns count bytes, from 0."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place where the user's program called the builder."""

    code: CodeType
    instruction: int
    line: int

    @property
    def file(self) -> str:
        """The file as Python names it; ``<stdin>`` and the like have no text."""
        return self.code.co_filename


def calling_site() -> Site:
    """The nearest caller outside of the builder."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the way traceback and logging go
    while frame is not None and frame.f_back is not None:
        name = frame.f_globals.get("__name__", "")
        if name != PACKAGE and not str(name).startswith(f"{PACKAGE}."):
            break
        frame = frame.f_back
    assert frame is not None
    return Site(frame.f_code, frame.f_lasti, frame.f_lineno)


def position(code: CodeType, instruction: int) -> Position | None:
    """The stretch of source of an instruction; None where Python has not kept it."""
    positions = list(code.co_positions())
    index = instruction // 2
    if not 0 <= index < len(positions):
        return None
    line, end_line, column, end_column = positions[index]
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return line, column, end_line, end_column


def text_of(file: str) -> str | None:
    """The text of a file of Python, also of one that an interactive session made up."""
    linecache.checkcache(file)
    lines = linecache.getlines(file)
    return "".join(lines) or None


def parsed(file: str) -> ast.Module | None:
    """The syntax tree of a file; None without its text."""
    text = text_of(file)
    return None if text is None else _parsed(text)


@lru_cache(maxsize=8)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
