"""Project files as the doors need them: what is allowed, and what is wrong with one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from compiler.parse.allow import allow_of
from compiler.pipeline import PROJECT_FILE, Compilation, addresses_of
from compiler.projects.above import above_of
from compiler.projects.user_file import USER_FILE
from compiler.projects.written_file import read_written
from workflow_ir.allow import Allow, AllowError
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def is_project_file(path: Path) -> bool:
    """Whether a path names a project file."""
    return path.name == PROJECT_FILE


def is_user_file(path: Path) -> bool:
    """Whether a path names a file of a user's own."""
    return path.name == USER_FILE


def check_user(path: Path) -> Compilation:
    """A user's own file alone: its problems."""
    file = read_written(path, file=os.fspath(path), of_user=True)
    sources = {} if file.source is None else {file.source.file: file.source.text}
    return Compilation(None, file.problems, sources, path.parent)


def check_project(path: Path, profile: str | None = None) -> Compilation:
    """A project file alone: its problems and what it allows; there is no IR of it.

    Args:
        path: The file.
        profile: Applied to it; the others are checked too.
    """
    file = read_written(path, file=os.fspath(path))
    found = above_of(file, profile)
    project, diagnostics = found.project()
    allow = allow_of(None if project is None else project.allow)
    return Compilation(
        None,
        diagnostics,
        found.sources,
        path.parent,
        allow,
        has_project=found.has_project,
        trusted=addresses_of(() if project is None else project.models),
    )


def read_allow(entries: Iterable[str]) -> tuple[Allow, tuple[Diagnostic, ...]]:
    """What ``--allow KIND:PATTERN`` options allow together, and every wrong one (MEL405)."""
    allow, problems = Allow(), []
    for entry in entries:
        try:
            allow |= Allow.parse(entry)
        except AllowError as error:
            problems.append(diagnose("MEL405", error.message, None, help=error.help))
    return allow, tuple(problems)
