"""The text of one file and the way from offsets to lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from workflow_ir.span import Span
from workflow_ir.splice import line_starts

T = TypeVar("T")


class SourceText:
    """A file's name and text, without its byte order mark."""

    __slots__ = ("_remembered", "_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        """Name the file as its author does; the text has been decoded and checked."""
        self.file = file
        self.text = text
        self._starts: Sequence[int] | None = None
        self._remembered: tuple[object, object] | None = None

    @property
    def starts(self) -> Sequence[int]:
        """Offset of each line's first character; computed when first asked for."""
        if self._starts is None:
            self._starts = line_starts(self.text)
        return self._starts

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept until another key is asked for.

        The places of one long scalar are asked for expression by expression.
        """
        if self._remembered is None or self._remembered[0] != key:
            self._remembered = (key, make())
        return cast("T", self._remembered[1])

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column, held inside the text."""
        starts = self.starts
        return min(starts[min(line, len(starts)) - 1] + column - 1, len(self.text))

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(self.file, *self.place(start), *self.place(end))
