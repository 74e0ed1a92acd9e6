"""Files of the user's that go along with a project and import Melody (MEL514)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from adapters.emitter.own_code import tops, tree_of
from adapters.emitter.player_api import PACKAGES, Spoken, spoken
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span


def still_needed(files: Mapping[str, str], folder: Path) -> Iterator[Diagnostic]:
    """One warning a file, at the first of its imports that needs Melody.

    The words of players (``Grant``, ``Success``) do not: a generated project has its own. A package
    of the user's own that is called like one of ours, and goes along too, is not meant.

    Args:
        files: What goes along, by path from the project's folder.
        folder: Of the project, as its files are to be named.
    """
    ours = PACKAGES - tops(files)
    for path, text in files.items():
        tree = tree_of(text) if path.endswith(".py") else None
        found = [] if tree is None else [one for one in spoken(tree, ours) if _needs_melody(one)]
        if found:
            first = min(found, key=lambda one: (one.node.lineno, one.node.col_offset))
            what = f"`{path}` goes along and imports {_what(first)}"
            yield diagnose(
                "MEL514",
                f"{what}, so the project still needs Melody",
                _span(str(folder / path), text, first.node),
                help="keep that in a file of its own, or change the copy, which is yours",
            )


def _needs_melody(one: Spoken) -> bool:
    return one.lacking is not None


def _what(one: Spoken) -> str:
    if not one.lacking:
        return f"`{one.module.partition('.')[0]}`"
    return f"{', '.join(f'`{name}`' for name in one.lacking)} of `{one.module}`"


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
