"""A small generated project, and what lies in a folder."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from adapters.emitter.project import MANIFEST, GeneratedFile, GeneratedProject, Owner
from melody.ejecting.eject import eject
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.workflow import WorkflowIR

STEPS = "src/notes/steps.py"
PLAYER = "src/notes/players/writer.py"
README = "README.md"


def ir(name: str = "notes", **more: Any) -> WorkflowIR:
    data = {"kind": "melody.ir/1", "name": name, "root": {"steps": []}, **more}
    return WorkflowIR.model_validate(data)


def project(
    *,
    steps: str | None = "draft   = 'a'\n",
    player: str | None = "def write( ):\n  return 'a'\n",
    target: str = "native",
    more: tuple[GeneratedFile, ...] = (),
) -> GeneratedProject:
    """Two files of ours and one of the user's; None leaves one out."""
    rows: tuple[tuple[str, str | None, Owner], ...] = (
        (README, "# notes\n", "melody"),
        (STEPS, steps, "melody"),
        (PLAYER, player, "you"),
    )
    files = [GeneratedFile(path, text, owner) for path, text, owner in rows if text is not None]
    return GeneratedProject("notes", target, (*files, *more))


def tree(folder: Path) -> dict[str, str]:
    """Every file below, the manifest excepted."""
    return {path: text for path, text in whole_tree(folder).items() if not path.endswith(MANIFEST)}


def whole_tree(folder: Path) -> dict[str, str]:
    """Every file below, symlinks and folders among them."""
    return {
        str(path.relative_to(folder)): f"-> {path.readlink()}"
        if path.is_symlink()
        else path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def manifest(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return said


def refused(made: GeneratedProject, folder: Path, **options: Any) -> Diagnostic:
    """The one problem for which nothing was written."""
    with pytest.raises(DiagnosticsError) as caught:
        eject(made, ir(), folder, **options)
    (problem,) = caught.value.diagnostics
    return problem


def nothing_temporary(folder: Path) -> bool:
    return not [path for path in folder.rglob("*") if path.name.startswith(".melody-")]


def is_locked(folder: Path) -> bool:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(fd)
