"""Problems in what a person wrote, as data: code, place, cause and cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workflow_ir.span import Span


class Severity(StrEnum):
    """Whether a problem stops the work."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Note:
    """A fact that explains a problem, with the place it is about."""

    message: str
    """A phrase; where there is a span, " at FILE:LINE:COLUMN" is shown after it."""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of a span; everything else stays byte for byte."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that cure a problem when all are made together."""

    description: str
    """What the edits do, in the imperative: ``quote the value``."""
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. ``workflow_ir.diagnose.diagnose`` makes it with the severity of its code."""

    code: str
    """A key of ``workflow_ir.codes.CODES``: ``MEL204``."""
    message: str
    """The fact, in one line."""
    span: Span | None
    """Where it is; None only where there is no place (a machine, an option)."""
    severity: Severity
    notes: tuple[Note, ...] = ()
    help: str | None = None
    """What to do, in the imperative; may have several lines."""
    label: str | None = None
    """Text beside the carets."""
    fix: Fix | None = None
    """The cure as edits, where it is certain."""


class DiagnosticsError(Exception):
    """Everything that is wrong with an input, in one exception."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take the problems in the order they are to be shown."""
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        """One line a problem: place, code, message."""
        return "\n".join(
            f"{problem.span}: {problem.code} {problem.message}"
            if problem.span
            else f"{problem.code} {problem.message}"
            for problem in self.diagnostics
        )


def in_file_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, then code; exact repetitions are dropped, problems without a place lead."""

    def key(problem: Diagnostic) -> tuple[bool, Span, str, str]:
        place = problem.span or Span("", 0, 0, 0, 0)
        return (problem.span is not None, place, problem.code, problem.message)

    return tuple(sorted(dict.fromkeys(diagnostics), key=key))


def errors_of(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The problems that stop the work."""
    return tuple(problem for problem in diagnostics if problem.severity is Severity.ERROR)
