"""The files of a new project, and how they come into a folder without touching anything there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from melody.scaffold.editor import editor_files
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

TEMPLATES = {
    "linear": "a chain of steps with a gap that is allowed",
    "review": "a score, three ways on, a gate and a fallback",
    "map": "many items side by side, a few of which may fail",
    "ml": "train, validate side by side, release the best",
}
"""Template → what it shows; each is a folder of ``templates``."""

_LEFT_BEHIND = frozenset({"__pycache__", ".melody", "out"})
"""What a template leaves behind if it is run where it stands."""


def project_files(template: str) -> dict[str, str]:
    """Every file of a new project, by path with ``/``.

    Raises:
        KeyError: There is no such template.
    """
    if template not in TEMPLATES:
        raise KeyError(template)
    folder = files("melody.scaffold") / "templates" / template
    return dict(_files_in(folder, "")) | editor_files()


def write_project(folder: Path, written: Mapping[str, str]) -> None:
    """Write the files of a project; if one of them exists, write none.

    Raises:
        DiagnosticsError: MEL508: a file exists; MEL507: one cannot be written.
    """
    present = [path for path in written if os.path.lexists(folder / path)]
    if present:
        others = f" and {len(present) - 3} more" if len(present) > 3 else ""
        raise _refusal(
            "MEL508",
            f"`{folder}` holds {', '.join(f'`{path}`' for path in present[:3])}{others} already",
            "name a folder that does not exist yet: `melody init my_project`; nothing was written",
        )
    for path, text in written.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise _refusal(
                "MEL507", f"`{target}` cannot be written: {error.strerror}", "name another folder"
            ) from error


def _files_in(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name in _LEFT_BEHIND:
            continue
        if entry.is_dir():
            yield from _files_in(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_text("utf-8")


def _refusal(code: str, message: str, help_: str) -> DiagnosticsError:
    return DiagnosticsError([diagnose(code, message, None, help=help_)])
