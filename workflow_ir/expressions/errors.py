"""The two errors of expressions: one when it is read, one when it is evaluated."""

from __future__ import annotations

from typing import Literal


class ExpressionError(Exception):
    """Text that is no expression of the language. Offsets count characters of that text."""

    def __init__(
        self,
        message: str,
        offset: int,
        end: int,
        help: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        """The fact, one sentence."""
        self.offset = offset
        """The first character of the mistake."""
        self.end = end
        """The character after the mistake; never before `offset`."""
        self.help = help
        """One imperative hint."""
        self.suggestion = suggestion
        """What to write in place of the characters from `offset` to `end`."""


EvaluationCode = Literal[
    "expression.missing",
    "expression.type",
    "expression.number",
    "expression.cost",
    "output.format",
]
"""Codes of the taxonomy that an evaluation can end with; all are permanent (spec 8)."""


class EvaluationError(Exception):
    """An expression that has no value for the given data."""

    def __init__(self, code: EvaluationCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        """Which rule was broken; `output.format` only by ``from_json``."""
        self.message = message
        """The fact with the offending value, shortened, and a hint where there is one."""
