"""The files of a project in a temporary folder, laid out as `ruff format` lays them out."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from adapters.emitter.project import GeneratedProject
from melody.ejecting.manifest import Entry, digest
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

LINE_LENGTH: Final = 100
OLDEST_PYTHON: Final = "py311"


class EmitterFault(Exception):
    """A backend generated text that is no Python: a bug of ours, never the user's."""


def lay_out(project: GeneratedProject, folder: Path) -> dict[str, Entry]:
    """Write every file into an empty folder and format the Python that we generated.

    Gives:
        What the manifest says of each file, in the project's order.

    Raises:
        EmitterFault: Something is no Python.
        DiagnosticsError: MEL903: ruff is not installed.
        OSError: The folder cannot be written.
    """
    for file in project.files:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as opened:
            opened.write(file.data)
    ours = [file.path for file in project.files if file.path.endswith(".py") and not file.verbatim]
    if ours:
        _format(ours, folder, project.target)
    return {
        file.path: Entry(file.owner, digest(file.data), digest((folder / file.path).read_bytes()))
        for file in project.files
    }


def _format(paths: list[str], folder: Path, target: str) -> None:
    """All of them by one process, which reads no settings and no variables of anybody."""
    if importlib.util.find_spec("ruff") is None:
        problem = diagnose(
            "MEL903",
            "generated code is laid out by ruff, which is not installed",
            None,
            help="pip install ruff",
        )
        raise DiagnosticsError([problem])
    ended = subprocess.run(
        [
            # -P: a folder named `ruff` in there is not imported.
            *(sys.executable, "-P", "-m", "ruff", "format", "--isolated", "--no-cache"),
            *("--line-length", str(LINE_LENGTH), "--target-version", OLDEST_PYTHON),
            *(f"./{path}" for path in paths),
        ],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("RUFF_")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode != 0:
        raise EmitterFault(f"code generated for {target} is refused by ruff: {ended.stderr}")
