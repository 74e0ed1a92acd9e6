"""Project files as the doors need them: what is allowed, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from compiler.parse.project import project as read_project
from compiler.parse.text import text_of_file
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import PROJECT_FILE, Compilation, allow_of
from workflow_ir.allow import Allow, AllowError
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, in_file_order


def is_project_file(path: Path) -> bool:
    """Whether a path names a project file."""
    return path.name == PROJECT_FILE


def check_project(path: Path) -> Compilation:
    """A project file alone: its problems and what it allows; there is no IR of it."""
    source, problems = text_of_file(path)
    if source is None:
        return Compilation(None, problems, {}, path.parent)
    sources = {source.file: source.text}
    tree, found = read_tree(source)
    if tree is None:
        return Compilation(None, tuple(found), sources, path.parent)
    project, more = read_project(source, tree, found)
    diagnostics = in_file_order((*found, *more))
    allow = allow_of(project)
    return Compilation(None, diagnostics, sources, path.parent, allow, has_project=True)


def read_allow(entries: Iterable[str]) -> tuple[Allow, tuple[Diagnostic, ...]]:
    """What ``--allow KIND:PATTERN`` options allow together, and every wrong one (MEL405)."""
    allow, problems = Allow(), []
    for entry in entries:
        try:
            allow |= Allow.parse(entry)
        except AllowError as error:
            problems.append(diagnose("MEL405", str(error), None))
    return allow, tuple(problems)
