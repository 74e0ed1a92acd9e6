"""``melody check --fix``: the cures that are certain, spliced into the files (spec 2, spec 5)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, Edit
from workflow_ir.splice import splice

_BOM = "\ufeff"


def apply_fixes(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Make the edits of every fix; everything else in the files stays byte for byte.

    Returns:
        How many problems were cured, by file.

    Raises:
        DiagnosticsError: MEL507: a file cannot be written.
    """
    edits: dict[str, list[Edit]] = {}
    cured: dict[str, int] = {}
    for problem in diagnostics:
        if problem.fix is None:
            continue
        for edit in problem.fix.edits:
            edits.setdefault(edit.span.file, []).append(edit)
        file = problem.fix.edits[0].span.file
        cured[file] = cured.get(file, 0) + 1
    for file, of_file in edits.items():
        try:
            _edit(Path(file), of_file)
        except OSError as error:
            raise DiagnosticsError(
                [diagnose("MEL507", f"`{file}` cannot be written: {error.strerror}", None)]
            ) from error
    return cured


def _edit(path: Path, edits: Iterable[Edit]) -> None:
    # As bytes, so that line ends and the byte order mark stay as they are.
    text = path.read_bytes().decode("utf-8")
    body = text.removeprefix(_BOM)
    mark = _BOM if body != text else ""
    path.write_bytes((mark + splice(body, edits)).encode("utf-8"))
