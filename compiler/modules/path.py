"""Where a ``call`` leads: a file inside the project, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from compiler.parse.project_path import Refusal, path_inside
from compiler.parse.syntax import Spanned
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def resolve(written: Spanned[str], *, folder: Path, root: Path, project: bool) -> Path | Diagnostic:
    """The file that a ``call`` means, links followed; it need not be there.

    Nothing outside ``root`` is ever opened (``path_inside``).

    Args:
        written: The path as written: relative, with ``/``.
        folder: The folder of the file that it is written in.
        root: What the file must lie in: the project's folder, else that of the Melody.
        project: There is a project.

    Returns:
        The path, or MEL231 at the place of the ``call``.
    """
    text = written.value
    if "${{" in text:
        return _refused(
            written,
            "which Melody is called is settled before the run, so it cannot be computed",
            "write the path of a file; a `branch` may choose between several calls",
        )
    found = path_inside(text, folder=folder, root=root)
    match found:
        case Refusal.NO_WAY_FROM_HERE:
            return _refused(
                written,
                f"`{text[:100]}` is no path from here",
                "write a path such as `./review.melody.yaml`, seen from the folder of this file",
            )
        case Refusal.NO_PATH:
            return _refused(written, f"`{text[:100]}` is no path of a file", "correct the path")
        case Refusal.OUTSIDE:
            where = "the project" if project else "the folder of this Melody"
            return _refused(
                written,
                f"`{text[:100]}` lies outside {where}",
                "move the file into it"
                if project
                else "put a `melody.project.yaml` into the folder that holds both, or move the "
                "file",
            )
    return found


def _refused(written: Spanned[str], fact: str, cure: str) -> Diagnostic:
    return diagnose("MEL231", fact, written.span, help=cure)
