"""The compiler on one page: parse, check, lower.

```
text ──parse──▶ Melody (syntax, every value with its span)
     ──check──▶ diagnostics (all of them)
     ──lower──▶ WorkflowIR
```
Nothing is imported, started or fetched on the way.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.analysis.dependencies import Dependencies, settled_first
from compiler.analysis.symbols import Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import uses_of
from compiler.check import Subject, check_melody
from compiler.lower import Context, lower
from compiler.parse import syntax
from compiler.parse.melody import melody as read_melody
from compiler.parse.project import project as read_project
from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_bytes, text_of_file
from compiler.parse.yaml_reader import read_tree
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic, errors_of, in_file_order
from workflow_ir.workflow import WorkflowIR

PROJECT_FILE = "melody.project.yaml"
NOTHING = Allow()


@dataclass(frozen=True, slots=True)
class Compilation:
    """What became of one Melody."""

    ir: WorkflowIR | None
    """None if there are errors."""
    diagnostics: tuple[Diagnostic, ...]
    """All of them, in file order, the project's first."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Text by file name, for showing diagnostics."""
    folder: Path = Path()
    """The project's folder, else the Melody's: modules are found and commands run there."""
    allow: Allow = NOTHING
    """What the project and the caller allow."""
    has_project: bool = False
    """A project file was found."""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that stop the work."""
        return errors_of(self.diagnostics)


def compile_file(
    path: str | os.PathLike[str], *, allow: Allow = NOTHING, will_run: bool = False
) -> Compilation:
    """Compile a ``*.melody.yaml`` or ``*.melody.json`` file.

    Args:
        path: The file. Its project is the nearest ``melody.project.yaml`` beside or above it.
        allow: Allowed beside what the project allows (``--allow``).
        will_run: A backend is named: a player that is not allowed is an error in any case.
    """
    source, problems = text_of_file(path)
    folder = Path(path).parent
    if source is None:
        return Compilation(None, problems, {}, folder, allow)
    return _compile(source, folder, allow=allow, will_run=will_run)


def compile_text(
    text: str | bytes,
    *,
    file: str = "melody.yaml",
    folder: str | os.PathLike[str] = ".",
    allow: Allow = NOTHING,
    will_run: bool = False,
) -> Compilation:
    """Compile text as if it stood in ``file`` inside ``folder``."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    source, problems = text_of_bytes(data, file)
    if source is None:
        return Compilation(None, problems, {}, Path(folder), allow)
    return _compile(source, Path(folder), allow=allow, will_run=will_run)


def find_project(folder: Path) -> Path | None:
    """The nearest project file in a folder or above it."""
    for place in (folder.absolute(), *folder.absolute().parents):
        candidate = place / PROJECT_FILE
        if candidate.is_file():
            return candidate
    return None


def _compile(source: SourceText, folder: Path, *, allow: Allow, will_run: bool) -> Compilation:
    sources = {source.file: source.text}
    project, project_problems, place = _project(folder, sources)
    if place is not None:
        folder = place
    allowed = allow | allow_of(project)
    melody, problems = parse(source)
    problems = (*project_problems, *problems)
    ir = None
    if melody is not None and not errors_of(problems):
        symbols = Symbols.of(melody, project)
        uses = tuple(uses_of(symbols))
        dependencies = Dependencies.of(symbols, uses)
        typing = Typing(symbols)
        typing.find(settled_first(symbols, dependencies))
        must = will_run or project is not None
        subject = Subject(symbols, uses, typing, dependencies, allowed, must)
        problems = (*problems, *in_file_order(check_melody(subject)))
        if not errors_of(problems):
            ir = lower(Context(symbols, typing, dependencies))
    return Compilation(ir, problems, sources, folder, allowed, project is not None)


def parse(source: SourceText) -> tuple[syntax.Melody | None, tuple[Diagnostic, ...]]:
    """Text to syntax, with every problem of reading."""
    tree, found = read_tree(source)
    if tree is None:
        return None, tuple(found)
    melody, more = read_melody(source, tree, found)
    return melody, in_file_order((*found, *more))


def allow_of(project: syntax.Project | None) -> Allow:
    """The allow-list of a project."""
    if project is None or project.allow is None:
        return Allow()
    written = project.allow
    return Allow(
        python=tuple(one.value for one in written.python),
        command=tuple(one.value for one in written.command),
    )


def _project(
    folder: Path, sources: dict[str, str]
) -> tuple[syntax.Project | None, tuple[Diagnostic, ...], Path | None]:
    path = find_project(folder)
    if path is None:
        return None, (), None
    shown = os.path.relpath(path)
    source, problems = text_of_file(path, file=shown)
    if source is None:
        return None, problems, path.parent
    sources[source.file] = source.text
    tree, found = read_tree(source)
    if tree is None:
        return None, tuple(found), path.parent
    project, more = read_project(source, tree, found)
    return project, in_file_order((*found, *more)), path.parent
