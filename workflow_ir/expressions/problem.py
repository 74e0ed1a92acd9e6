"""What the type check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an expression."""

    code: str
    """``MEL2xx``, from the one table of codes."""
    message: str
    """The fact, one sentence."""
    start: int
    """Offset of its first character in the source of the expression."""
    end: int
    """Offset after its last character."""
    help: str | None = None
    """One imperative hint."""
    suggestion: str | None = None
    """What to write in place of the characters from `start` to `end`."""


class TypeProblem(Exception):
    """A problem whose place the caller knows."""

    def __init__(
        self,
        code: str,
        message: str,
        help: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.suggestion = suggestion

    def at(self, start: int, end: int) -> Problem:
        """The problem at its place."""
        return Problem(self.code, self.message, start, end, self.help, self.suggestion)
