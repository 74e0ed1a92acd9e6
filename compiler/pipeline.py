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
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.analysis.dependencies import Dependencies, settled_first
from compiler.analysis.doubt import Doubt
from compiler.analysis.symbols import Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import uses_of
from compiler.check import Subject, check_melody
from compiler.lower import Context, lower
from compiler.parse import syntax
from compiler.parse.melody import melody as read_melody
from compiler.parse.project import project as read_project
from compiler.parse.reading import MAX_PROBLEMS
from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_bytes, text_of_file
from compiler.parse.tree import Node
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
    """The nearest project file in a folder or above it; anything of that name counts."""
    here = Path(os.path.abspath(folder))  # noqa: PTH100 - `..` is no folder to look in, and links stay
    for place in (here, *here.parents):
        candidate = place / PROJECT_FILE
        if os.path.lexists(candidate):
            return candidate
    return None


def _compile(source: SourceText, folder: Path, *, allow: Allow, will_run: bool) -> Compilation:
    sources = {source.file: source.text}
    project = _project(folder, sources)
    allowed = allow | allow_of(project.syntax)
    read = parse(source)
    problems = (*project.problems, *read.problems)
    found = Compilation(
        None, problems, sources, project.folder or folder, allowed, project.syntax is not None
    )
    if read.melody is None or len(errors_of(read.problems)) >= MAX_PROBLEMS:
        return found
    symbols = Symbols.of(read.melody, project.syntax)
    doubt = Doubt.of(
        symbols, read.tree, errors_of(read.problems), project=bool(errors_of(project.problems))
    )
    uses = tuple(uses_of(symbols))
    dependencies = Dependencies.of(symbols, uses)
    typing = Typing(symbols, doubt)
    typing.find(settled_first(symbols, dependencies))
    must = will_run or project.syntax is not None
    subject = Subject(symbols, uses, typing, dependencies, allowed, must, doubt)
    checked = check_melody(subject)
    problems = (*project.problems, *in_file_order((*read.problems, *checked)))
    ir = None if errors_of(problems) else lower(Context(symbols, typing, dependencies))
    return replace(found, ir=ir, diagnostics=problems)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A Melody as written."""

    melody: syntax.Melody | None
    """As far as it could be read; None if nothing could."""
    tree: Node | None
    """The same as YAML."""
    problems: tuple[Diagnostic, ...]


def parse(source: SourceText) -> Parsed:
    """Text to syntax, with every problem of reading."""
    tree, found = read_tree(source)
    if tree is None:
        return Parsed(None, None, tuple(found))
    melody, more = read_melody(source, tree, found)
    return Parsed(melody, tree, in_file_order((*found, *more)))


def allow_of(project: syntax.Project | None) -> Allow:
    """The allow-list of a project."""
    if project is None or project.allow is None:
        return Allow()
    written = project.allow
    return Allow(
        python=tuple(one.value for one in written.python),
        command=tuple(one.value for one in written.command),
    )


@dataclass(frozen=True, slots=True)
class _Project:
    """A project file, if there is one."""

    syntax: syntax.Project | None = None
    problems: tuple[Diagnostic, ...] = ()
    folder: Path | None = None
    """Where it lies; None: there is none."""


def _project(folder: Path, sources: dict[str, str]) -> _Project:
    path = find_project(folder)
    if path is None:
        return _Project()
    source, problems = text_of_file(path, file=_shown(path))
    if source is None:
        return _Project(None, problems, path.parent)
    sources[source.file] = source.text
    tree, found = read_tree(source)
    if tree is None:
        return _Project(None, tuple(found), path.parent)
    project, more = read_project(source, tree, found)
    return _Project(project, in_file_order((*found, *more)), path.parent)


def _shown(path: Path) -> str:
    """The path from here; as it is where there is no such way."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return str(path)
