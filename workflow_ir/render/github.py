"""Diagnostics as annotations of GitHub: workflow commands that the runner reads from the log.

The form and its escapes are those of the toolkit's own writer,
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts; the keys are those of
https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from workflow_ir.diagnostics import Diagnostic
from workflow_ir.render.portable_path import portable_path
from workflow_ir.render.text import note_text
from workflow_ir.visible import visible


def to_github(diagnostics: Iterable[Diagnostic], *, root: Path) -> Iterator[str]:
    """One ``::error …::`` or ``::warning …::`` line a problem.

    Args:
        diagnostics: In the order to be shown.
        root: The folder that the workflow has checked out.
    """
    for problem in diagnostics:
        places = ",".join(f"{key}={_property(value)}" for key, value in _properties(problem, root))
        told = "\n".join(_lines(problem))
        yield f"::{problem.severity.value} {places}::{_data(told)}"


def _properties(problem: Diagnostic, root: Path) -> Iterator[tuple[str, str]]:
    span = problem.span
    if span is not None:
        yield "file", portable_path(span.file, root).as_posix()
        yield "line", str(span.line)
        # The runner throws the columns of a stretch of several lines away, and says so in the log.
        one_line = span.line == span.end_line
        if one_line:
            yield "col", str(span.column)
        yield "endLine", str(span.end_line)
        if one_line:
            yield "endColumn", str(span.end_column)
    yield "title", problem.code


def _lines(problem: Diagnostic) -> Iterator[str]:
    """Fact, label, notes and help: the annotation stands alone, without source and carets."""
    label = f" ({problem.label})" if problem.label else ""
    yield visible(f"{problem.message}{label}")
    for note in problem.notes:
        yield visible(f"note: {note_text(note)}", breaks=True)
    if problem.help:
        yield visible(f"help: {problem.help}", breaks=True)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
