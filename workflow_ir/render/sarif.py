"""Diagnostics as SARIF 2.1.0, which code scanning services and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/; numbers in comments are its sections.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workflow_ir.codes import CODES, CodeInfo
from workflow_ir.diagnostics import Diagnostic, Fix, Note
from workflow_ir.render.portable_path import portable_path
from workflow_ir.render.source_lines import SourceLines
from workflow_ir.render.text import note_text
from workflow_ir.span import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
"""The base of relative paths, as GitHub and the standard's examples call it."""

_RULES = tuple(CODES)


def to_sarif(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, root: Path, version: str
) -> dict[str, Any]:
    """One log with one run; every code of the table is a rule.

    Args:
        diagnostics: In the order to be shown.
        sources: Text of each file by the name its spans have; it is needed to count columns.
        root: The folder that paths are relative to; others stay absolute.
        version: Of Melody.
    """
    writer = _Writer(SourceLines(sources), root)
    run = {
        "tool": {
            "driver": {
                "name": "melody",
                "version": version,
                "rules": [_rule(info) for info in CODES.values()],
            }
        },
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {
            ROOT: {"description": _message("The folder that holds the sources.")}
        },
        "results": [writer.result(problem) for problem in diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(info: CodeInfo) -> dict[str, Any]:
    help_ = info.cure
    if info.example is not None:
        help_ += f"\n\nInstead of:\n{info.example.bad}\n\nwrite:\n{info.example.good}"
    return {
        "id": info.code,
        "shortDescription": _message(info.title),
        "fullDescription": _message(info.cause),
        "help": _message(help_),
        "defaultConfiguration": {"level": info.severity.value},
    }


def _message(text: str) -> dict[str, Any]:
    # Braces are doubled (3.11.5). `](` would make a link of what somebody wrote (3.11.6).
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


class _Writer:
    """Results with places as SARIF counts them."""

    def __init__(self, lines: SourceLines, root: Path) -> None:
        self._lines = lines
        self._root = root

    def result(self, problem: Diagnostic) -> dict[str, Any]:
        """One problem. Notes with a place are related locations, the others go into the text."""
        text = [problem.message + (f" ({problem.label})" if problem.label else "")]
        text += [f"note: {note_text(note)}" for note in problem.notes if note.span is None]
        text += [f"help: {problem.help}"] if problem.help else []
        found: dict[str, Any] = {
            "ruleId": problem.code,
            "ruleIndex": _RULES.index(problem.code),
            "level": problem.severity.value,
            "message": _message("\n".join(text)),
            "locations": [self._location(problem.span)] if problem.span else [],
        }
        related = [self._related(note, note.span) for note in problem.notes if note.span]
        if related:
            found["relatedLocations"] = related
        if problem.fix:
            found["fixes"] = [self._fix(problem.fix)]
        return found

    def _related(self, note: Note, span: Span) -> dict[str, Any]:
        return {**self._location(span), "message": _message(f"{note.message} here")}

    def _location(self, span: Span) -> dict[str, Any]:
        return {
            "physicalLocation": {
                "artifactLocation": self._artifact(span.file),
                "region": self._region(span),
            }
        }

    def _fix(self, fix: Fix) -> dict[str, Any]:
        changes: dict[str, list[dict[str, Any]]] = {}
        for edit in fix.edits:
            replacement = {
                "deletedRegion": self._region(edit.span),
                "insertedContent": {"text": edit.text},
            }
            changes.setdefault(edit.span.file, []).append(replacement)
        return {
            "description": _message(fix.description),
            "artifactChanges": [
                {"artifactLocation": self._artifact(file), "replacements": replacements}
                for file, replacements in changes.items()
            ],
        }

    def _artifact(self, file: str) -> dict[str, Any]:
        path = portable_path(file, self._root)
        if path.is_absolute():
            return {"uri": path.as_uri()}
        # As bytes: a file's name need not be text.
        return {"uri": quote(os.fsencode(path.as_posix())), "uriBaseId": ROOT}

    def _region(self, span: Span) -> dict[str, int]:
        return {
            "startLine": span.line,
            "startColumn": self._utf16(span.file, span.line, span.column),
            "endLine": span.end_line,
            "endColumn": self._utf16(span.file, span.end_line, span.end_column),
        }

    def _utf16(self, file: str, line: int, column: int) -> int:
        """A column in UTF-16 code units: characters beyond U+FFFF count as two."""
        before = self._lines.line(file, line)[: column - 1]
        return column + sum(char > "\uffff" for char in before)
