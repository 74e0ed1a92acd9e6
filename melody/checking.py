"""Checking files and folders of Melodies, without running anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters import registry
from compiler.pipeline import compile_file
from melody.file_names import is_melody
from melody.projects import check_project, check_user, is_project_file, is_user_file
from melody.running.refusals import refusals
from melody.running.schedule_warnings import schedule_warnings
from workflow_ir.allow import Allow
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

_NOT_LOOKED_INTO = frozenset({"node_modules", "__pycache__", "build", "dist", "venv"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in several files."""

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    """In the order of the files, each problem once: Melodies share their project's."""
    sources: dict[str, str]


def check_paths(
    paths: Iterable[str],
    *,
    allow: Allow,
    backend: str | None = None,
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> Checked:
    """Check each file, and every Melody below each folder.

    Args:
        paths: Files and folders.
        allow: Allowed beside what the projects allow.
        backend: The backend the Melodies are going to run on; also says what it lacks,
            and where its own schedule may change the outcome.
        profile: Of their projects or the user's file.
        settings: ``PATH=VALUE`` each, for every Melody.

    Raises:
        DiagnosticsError: MEL301: no such backend.
    """
    adapter = None if backend is None else registry.load(backend)
    found: dict[Diagnostic, None] = {}
    sources: dict[str, str] = {}
    files: dict[str, None] = {}
    for path in paths:
        inside = tuple(melodies_in(path)) if Path(path).is_dir() else (path,)
        if not inside:
            found[_nothing_in(path)] = None
        files |= dict.fromkeys(inside)
    values = tuple(settings)
    for file in files:
        if is_project_file(Path(file)):
            compilation = check_project(Path(file), profile)
        elif is_user_file(Path(file)):
            compilation = check_user(Path(file))
        else:
            compilation = compile_file(
                file, allow=allow, will_run=adapter is not None, profile=profile, settings=values
            )
        sources |= compilation.sources
        found |= dict.fromkeys(compilation.diagnostics)
        if adapter is not None and compilation.ir is not None:
            found |= dict.fromkeys(refusals(compilation.ir, adapter))
            found |= dict.fromkeys(schedule_warnings(compilation.ir, adapter))
    return Checked(tuple(files), tuple(found), sources)


def melodies_in(folder: str) -> Iterator[str]:
    """The Melodies below a folder, sorted."""
    for place, names in folders_in(folder):
        for name in names:
            if is_melody(name):
                yield os.path.normpath(os.path.join(place, name))  # noqa: PTH118 - paths as given


def folders_in(folder: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A folder and those below it, each with the files in it, sorted.

    Hidden and generated folders are left out.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and name not in _NOT_LOOKED_INTO
        )
        yield place, tuple(sorted(names))


def _nothing_in(folder: str) -> Diagnostic:
    return diagnose(
        "MEL101",
        f"`{folder}` is a directory without any Melody",
        Span(folder, 1, 1, 1, 1),
        help="a Melody is a file whose name ends in `.melody.yaml` or `.melody.json`",
    )
