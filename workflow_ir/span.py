"""Places in source files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file; spans sort in file order.

    Lines end at LF, CR LF or CR. An empty span marks the place before a character.
    """

    file: str
    """The file as its author named it."""
    line: int
    """First line, from 1."""
    column: int
    """First column in characters, from 1."""
    end_line: int
    """Line of the end, from 1."""
    end_column: int
    """Column after the last character, from 1."""

    def __str__(self) -> str:
        """The place as tools write it: ``docs.melody.yaml:22:41``."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def at(self) -> str:
        """The stretch without its file, as the IR holds it.

        >>> Span("a.melody.yaml", 12, 5, 12, 20).at
        '12:5-12:20'
        """
        return f"{self.line}:{self.column}-{self.end_line}:{self.end_column}"

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of a later one."""
        return Span(self.file, self.line, self.column, other.end_line, other.end_column)

    @property
    def start(self) -> Span:
        """The empty span before the first character."""
        return Span(self.file, self.line, self.column, self.line, self.column)


def span_at(file: str, at: str) -> Span:
    """Read back what ``Span.at`` gave.

    >>> str(span_at("a.melody.yaml", "12:5-12:20"))
    'a.melody.yaml:12:5'
    """
    first, last = at.split("-")
    line, column = first.split(":")
    end_line, end_column = last.split(":")
    return Span(file, int(line), int(column), int(end_line), int(end_column))
