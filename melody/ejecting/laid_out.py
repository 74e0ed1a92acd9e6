"""The files of a project in a temporary folder, laid out as `ruff format` lays them out."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from adapters.emitter.project import GeneratedProject
from melody.ejecting.manifest import Entry, digest
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

LINE_LENGTH: Final = 100
OLDEST_PYTHON: Final = "py311"
_BLOCK: Final = re.compile(r"(?<=^```python\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
"""Python in a page."""


class EmitterFault(Exception):
    """A backend generated text that is no Python: a bug of ours, never the user's."""


def lay_out(project: GeneratedProject, folder: Path) -> dict[str, Entry]:
    """Write every file into an empty folder and format the Python that we generated, pages' too.

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
    ours = [file for file in project.files if not file.verbatim]
    modules = [file.path for file in ours if file.path.endswith(".py")]
    pages = [folder / file.path for file in ours if file.path.endswith(".md")]
    blocks = [block for page in pages for block in _cut_out(page)]
    paths = [*modules, *(block.relative_to(folder).as_posix() for block in blocks)]
    if paths:
        _format(paths, folder, project.target)
    for page in pages:
        _put_back(page)
    return {
        file.path: Entry(file.owner, digest(file.data), digest((folder / file.path).read_bytes()))
        for file in project.files
    }


def _cut_out(page: Path) -> Iterator[Path]:
    """Write each block of Python of a page into a file of its own, beside the page.

    Some releases of ruff format such blocks: ``ruff format .`` in a new project changes nothing.
    """
    for number, block in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8"))):
        place = page.with_name(f"{page.name}.{number}.py")
        with place.open("x", encoding="utf-8", newline="") as opened:
            opened.write(block)
        yield place


def _put_back(page: Path) -> None:
    """Put the blocks into the page again; their files are removed."""

    def block(_: re.Match[str]) -> str:
        place = page.with_name(f"{page.name}.{next(numbers)}.py")
        text = place.read_text(encoding="utf-8")
        place.unlink()
        return text

    numbers = count()
    text = _BLOCK.sub(block, page.read_text(encoding="utf-8"))
    page.write_text(text, encoding="utf-8", newline="")


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
