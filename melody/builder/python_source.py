"""The user's Python text: where a line of it is being executed, and its syntax tree."""

from __future__ import annotations

import ast
import linecache
import sys
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
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
    found = next(islice(code.co_positions(), instruction // 2, None), None)
    if found is None:
        return None
    line, end_line, column, end_column = found
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return line, column, end_line, end_column


class PythonSource:
    """The text of one file of a program."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        """With their ends."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    @cached_property
    def tree(self) -> ast.Module | None:
        """Its syntax tree; None if it has changed into something else than Python."""
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError):
            return None

    @cached_property
    def _calls(self) -> dict[tuple[int | None, int | None], ast.Call]:
        """Calls by their ends; of several that end together the outermost."""
        found: dict[tuple[int | None, int | None], ast.Call] = {}
        for node in ast.walk(self.tree) if self.tree else ():
            if isinstance(node, ast.Call):
                found.setdefault((node.end_lineno, node.end_col_offset), node)
        return found

    def call(self, site: Site) -> ast.Call | None:
        """The call of a site.

        The start is not compared: of a chain over several lines Python keeps that of the last part.
        """
        place = position(site.code, site.instruction)
        return None if place is None else self._calls.get(place[2:])


_SOURCES: dict[str, PythonSource] = {}


def python_source(file: str) -> PythonSource | None:
    """A file of Python, also one that an interactive session made up; None without its text."""
    linecache.checkcache(file)
    lines = linecache.getlines(file)
    if not lines:
        return None
    known = _SOURCES.get(file)
    if known is None or known.lines is not lines:
        known = _SOURCES[file] = PythonSource(lines)
    return known
