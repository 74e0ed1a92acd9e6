"""Every Melody of a library, checked once: callee before caller, so that types cross the border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.analysis.called import Called
from compiler.analysis.dependencies import Dependencies, settled_first
from compiler.analysis.doubt import Doubt
from compiler.analysis.symbols import Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import uses_of
from compiler.check import Subject, check_melody
from compiler.modules.library import File, Library
from compiler.modules.order import callee_first, endless
from compiler.parse import syntax
from compiler.parse.packs import is_of_a_pack
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import errors_of, in_file_order
from workflow_ir.types import Field, Json, Object, Type


@dataclass(frozen=True, slots=True)
class Look:
    """With which eyes a Melody is checked."""

    allow: Allow
    """Allowed for this look: the project's and ``--allow``."""
    must_be_allowed: bool
    """A player that is not allowed is an error, not a warning."""
    project_in_doubt: bool
    """The project file has errors of its own."""


def check_library(library: Library, look: Look) -> Mapping[File, Subject]:
    """Check every file; each gets all its problems in its own order.

    Nothing is said at the call of a Melody with errors: they are reported in its file.
    """
    for owner, problem in endless(library.files):
        owner.problems.append(problem)
    checked: dict[File, Subject] = {}
    for file in callee_first(library.top):
        reading = file.parsed.problems
        if file.symbols is None:
            file.problems[:] = reading
            continue
        for site, target in file.targets.items():
            called = _called(target, checked.get(target))
            if called is not None:
                file.called[site.address] = called
        subject = _subject(file, file.symbols, look)
        checked[file] = subject
        found = (*reading, *file.problems, *check_melody(subject))
        file.problems[:] = in_file_order(found)
    return checked


def _subject(file: File, symbols: Symbols, look: Look) -> Subject:
    found = errors_of(file.parsed.problems)
    doubt = Doubt.of(
        symbols,
        file.parsed.tree,
        [one for one in found if one.span is None or not is_of_a_pack(one.span.file)],
        project=look.project_in_doubt,
    )
    uses = tuple(uses_of(symbols))
    dependencies = Dependencies.of(symbols, uses)
    typing = Typing(symbols, doubt)
    typing.find(settled_first(symbols, dependencies))
    return Subject(
        symbols, uses, typing, dependencies, look.allow, look.must_be_allowed, doubt
    )  # fmt: skip


def _called(file: File, subject: Subject | None) -> Called | None:
    """What callers see of a Melody; None if something is wrong with it.

    In a circle nothing is known yet of what it gives, but the names of its outputs are.
    """
    if file.symbols is None or errors_of(file.parsed.problems):
        return None
    if subject is not None and errors_of(file.problems):
        return None
    melody = file.symbols.melody
    outputs = {} if melody.outputs is None else dict(melody.outputs.entries)
    return Called(
        name=melody.name.value,
        file=file.source.file,
        inputs={one.name.value: Field(one.type.type, one.required) for one in melody.inputs},
        outputs=Object(
            {
                key.text: Field(_output(file.symbols, subject, value))
                for key, value in outputs.items()
            }
        ),
    )


def _output(symbols: Symbols, subject: Subject | None, value: syntax.Value) -> Type:
    if subject is None:
        return Json()
    return subject.typing.value(value, symbols.root, None, "outputs")
