"""Files of the user's that go along with a project and import Melody (MEL514)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from adapters.emitter.own_code import imports, tops
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

PACKAGES: Final = frozenset({"adapters", "compiler", "conductor_core", "melody", "workflow_ir"})
"""What an installation of Melody brings."""


def still_needed(files: Mapping[str, str], folder: Path) -> Iterator[Diagnostic]:
    """One warning a file, at the first of its imports that needs Melody.

    A package of the user's own that is called like one of ours, and goes along too, is not meant.

    Args:
        files: What goes along, by path from the project's folder.
        folder: Of the project, as its files are to be named.
    """
    ours = PACKAGES - tops(files)
    for path, text in files.items():
        found = [(node, top) for top, node in imports(text) if top in ours]
        if path.endswith(".py") and found:
            node, top = min(found, key=lambda one: (one[0].lineno, one[0].col_offset))
            yield diagnose(
                "MEL514",
                f"`{path}` goes along and imports `{top}`, so the project still needs Melody",
                _span(str(folder / path), text, node),
                help="let it take and return plain data, or change the copy, which is yours",
            )


def _span(file: str, text: str, node: ast.Import | ast.ImportFrom) -> Span:
    """In characters; Python counts columns in bytes."""
    lines = text.removeprefix("\ufeff").encode("utf-8", "surrogateescape").splitlines()

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1][:offset].decode("utf-8", "replace")) + 1

    end = node.end_lineno or node.lineno
    return Span(
        file,
        node.lineno,
        column(node.lineno, node.col_offset),
        end,
        column(end, node.end_col_offset or node.col_offset),
    )
