"""What is known of one diagnostic code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_ir.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Example:
    """A mistake and its cure, as snippets of a Melody or a command."""

    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """One row of the table that ``explain``, the documentation and the tests read."""

    code: str
    """``MEL204``; the first digit is the family."""
    title: str
    """The problem in a few words, without a full stop."""
    severity: Severity
    cause: str
    """What it means, in one to three sentences."""
    cure: str
    """What to do, in the imperative."""
    example: Example | None = None


def family(*rows: CodeInfo) -> Mapping[str, CodeInfo]:
    """Rows by code, in the order written."""
    return {row.code: row for row in rows}


def error(
    number: int, title: str, *, cause: str, cure: str, example: Example | None = None
) -> CodeInfo:
    """A row whose problem stops the work."""
    return CodeInfo(f"MEL{number}", title, Severity.ERROR, cause, cure, example)


def warning(
    number: int, title: str, *, cause: str, cure: str, example: Example | None = None
) -> CodeInfo:
    """A row whose problem is shown and no more."""
    return CodeInfo(f"MEL{number}", title, Severity.WARNING, cause, cure, example)
