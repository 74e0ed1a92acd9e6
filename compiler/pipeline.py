"""The compiler on one page: parse, check, lower.

```
text ──parse──▶ Melody (syntax, every value with its span)
     ──check──▶ diagnostics (all of them)
     ──lower──▶ WorkflowIR
```
What a Melody calls goes the same way before it; a compiled Melody (``ir_file``) is only checked.
Nothing is imported, started or fetched on the way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.collecting import collecting_later
from compiler.ir_file import is_ir, most_bytes, not_allowed, read_ir
from compiler.lower import Context, Inherited, lower
from compiler.modules import File, Library, Look, check_library, unroll
from compiler.parse.allow import allow_of
from compiler.parse.packs import Packs
from compiler.parse.parsed import Parsed, parse
from compiler.parse.reading import MAX_PROBLEMS
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Model
from compiler.parse.text import text_of_bytes, text_of_file
from compiler.projects.above import PROJECT_FILE, above, find_project
from compiler.projects.set_values import set_values
from compiler.projects.settings import is_set, read_settings, unfixable
from workflow_ir.allow import Allow
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, errors_of
from workflow_ir.workflow import WorkflowIR

__all__ = [
    "PROJECT_FILE",
    "Compilation",
    "Parsed",
    "addresses_of",
    "allow_of",
    "compile_file",
    "compile_text",
    "find_project",
    "parse",
]

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
    trusted: frozenset[str] = frozenset()
    """Addresses of models that the project gives, or the command line (spec 8, ``allow``)."""

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that stop the work."""
        return errors_of(self.diagnostics)


def compile_file(
    path: str | os.PathLike[str],
    *,
    allow: Allow = NOTHING,
    will_run: bool = False,
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> Compilation:
    """Compile a ``*.melody.yaml`` or ``*.melody.json`` file.

    Args:
        path: The file. Its project is the nearest ``melody.project.yaml`` beside or above it.
        allow: Allowed beside what the project allows (``--allow``).
        will_run: A backend is named: a player that is not allowed is an error in any case.
        profile: Of the project or the user's file (``--profile``).
        settings: ``PATH=VALUE`` each (``--set``).
    """
    source, problems = text_of_file(path, most=most_bytes(os.fspath(path)), melody=True)
    folder = Path(path).parent
    if source is None:
        return Compilation(None, problems, {}, folder, allow)
    return _compile(
        source, folder, allow=allow, will_run=will_run, profile=profile, settings=settings
    )


def compile_text(
    text: str | bytes,
    *,
    file: str = "melody.yaml",
    folder: str | os.PathLike[str] = ".",
    allow: Allow = NOTHING,
    will_run: bool = False,
    given: Mapping[str, str] | None = None,
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> Compilation:
    """Compile text as if it stood in ``file`` inside ``folder``; more as of ``compile_file``.

    ``given`` are texts that stand for files that it calls, by their path from ``folder``.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    source, problems = text_of_bytes(data, file, most=most_bytes(file))
    if source is None:
        return Compilation(None, problems, {}, Path(folder), allow)
    return _compile(
        source,
        Path(folder),
        allow=allow,
        will_run=will_run,
        given=given,
        profile=profile,
        settings=settings,
    )


@collecting_later()
def _compile(
    source: SourceText,
    folder: Path,
    *,
    allow: Allow,
    will_run: bool,
    profile: str | None,
    settings: Iterable[str],
    given: Mapping[str, str] | None = None,
) -> Compilation:
    if is_ir(source):
        return _of_ir(source, folder, allow, will_run=will_run, profile=profile, settings=settings)
    given_values = read_settings(settings)
    stands_above = above(folder, profile)
    root = stands_above.folder
    packs = Packs(folder, root=root or folder, project=root is not None)
    values = set_values(source, stands_above, given_values, packs)
    read, project_folder = values.parsed, values.above.folder
    project, of_project = values.above.project()
    allowed = allow | allow_of(None if project is None else project.allow)
    sources = {source.file: source.text, **values.above.sources, **given_values.texts}
    sources |= packs.sources
    problems = (*of_project, *read.problems)
    has_project = values.above.has_project
    found = Compilation(None, problems, sources, project_folder or folder, allowed, has_project)
    if read.melody is None or len(errors_of(read.problems)) >= MAX_PROBLEMS:
        return found
    library = Library.of(source, read, folder, project, project_folder, given=given, packs=packs)
    sources |= {**library.sources, **packs.sources}
    look = Look(
        allowed,
        must_be_allowed=will_run or has_project,
        project_in_doubt=bool(errors_of(of_project)),
    )
    checked = check_library(library, look)
    found_in = (unfixable(one) for file in library.files for one in file.problems)
    problems = tuple(dict.fromkeys((*of_project, *found_in)))  # of a pack, each file may tell
    if errors_of(problems):
        return replace(found, diagnostics=problems)

    def lowered(file: File, modules: Mapping[str, str], inherited: Inherited) -> WorkflowIR:
        subject = checked[file]
        return lower(
            Context(subject.symbols, subject.typing, subject.dependencies, modules, inherited)
        )

    ir = unroll(library, lowered)
    if isinstance(ir, Diagnostic):
        return replace(found, diagnostics=(*problems, ir))
    given_models = (one for one in read.melody.models if _is_given(one))
    of_the_project = () if project is None else project.models
    trusted = addresses_of((*of_the_project, *given_models))
    return replace(found, ir=ir, diagnostics=problems, trusted=trusted)


def _is_given(model: Model) -> bool:
    """Its address was given on the command line."""
    return model.base_url is not None and is_set(model.base_url.span.file)


def _of_ir(
    source: SourceText,
    folder: Path,
    allow: Allow,
    *,
    will_run: bool,
    profile: str | None,
    settings: Iterable[str],
) -> Compilation:
    """A file that is compiled already; only what is allowed is a matter of the project."""
    stands_above = above(folder, profile)
    project, of_project = stands_above.project()
    allowed = allow | allow_of(None if project is None else project.allow)
    ir, problems = read_ir(source)
    trusted: frozenset[str] = frozenset()
    if tuple(settings):
        help_ = "compile the Melody with `--set`, which gives another IR"
        fact = "`--set` changes a Melody, and this file is compiled already"
        problems = (diagnose("MEL506", fact, None, help=help_), *problems)
    if ir is not None:
        models = () if project is None else project.models
        trusted = addresses_of(models)
        must = will_run or stands_above.has_project
        problems += not_allowed(source, ir, allowed, must=must, trusted=trusted)
    problems = (*of_project, *problems)
    return Compilation(
        None if errors_of(problems) else ir,
        problems,
        {source.file: source.text, **stands_above.sources},
        stands_above.folder or folder,
        allowed,
        stands_above.has_project,
        trusted,
    )


def addresses_of(models: Iterable[Model]) -> frozenset[str]:
    """The ``base_url`` of each model that has one."""
    return frozenset(one.base_url.value for one in models if one.base_url is not None)
