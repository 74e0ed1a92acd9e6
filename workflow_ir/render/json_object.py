"""Diagnostics for programs: ``melody.check/1`` (spec 5, Diagnostics)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workflow_ir.diagnostics import Diagnostic, Fix
from workflow_ir.span import Span


def to_json(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """The ``melody.check/1`` object of spec 5; absent places are null."""
    return {"schema": "melody.check/1", "diagnostics": [_as_json(item) for item in diagnostics]}


def _as_json(problem: Diagnostic) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        **_place(problem.span),
        "notes": [
            {
                "message": note.message,
                "file": note.span.file if note.span else None,
                "line": note.span.line if note.span else None,
                "column": note.span.column if note.span else None,
            }
            for note in problem.notes
        ],
        "help": problem.help,
        "fix": _fix(problem.fix),
    }


def _place(span: Span | None) -> dict[str, Any]:
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [{**_place(edit.span), "text": edit.text} for edit in fix.edits]
    return {"description": fix.description, "edits": edits}
