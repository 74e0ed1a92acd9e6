"""Short ways to compile text in tests."""

from __future__ import annotations

from pathlib import Path

from compiler.analysis.dependencies import Dependencies, settled_first
from compiler.analysis.symbols import StepSymbol, Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import Use, uses_of
from compiler.parse.source_text import SourceText
from compiler.pipeline import Compilation, compile_file, compile_text, parse
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.render import render_text
from workflow_ir.steps import Step, every_step
from workflow_ir.workflow import WorkflowIR

FILE = "t.melody.yaml"
HEAD = "melody: v1\nname: t\n"
NOWHERE = "/no/such/folder"
"""No project file is above it."""
ALLOWED = Allow(python=("*",), command=("git", "echo", "cat", "make"))


def compiled(text: str, *, allow: Allow = ALLOWED, will_run: bool = False) -> Compilation:
    """A Melody whose first two lines are given."""
    return compile_text(HEAD + text, file=FILE, folder=NOWHERE, allow=allow, will_run=will_run)


def ir_of(text: str) -> WorkflowIR:
    made = compiled(text)
    assert made.ir is not None, render_text(made.diagnostics, made.sources)
    return made.ir


def codes(text: str) -> list[str]:
    return [one.code for one in compiled(text).diagnostics]


def only(text: str) -> Diagnostic:
    """The one problem of a Melody."""
    (found,) = compiled(text).diagnostics
    return found


def shown(text: str) -> str:
    """Everything that is said of a Melody, as a person reads it."""
    made = compiled(text)
    return render_text(made.diagnostics, made.sources)


def in_project(
    folder: Path, project: str, melody: str, *, will_run: bool = False, below: str = "."
) -> Compilation:
    """A Melody with a project file beside or above it."""
    folder.joinpath("melody.project.yaml").write_text(project)
    place = folder / below
    place.mkdir(parents=True, exist_ok=True)
    path = place / FILE
    path.write_text(HEAD + melody)
    return compile_file(path, will_run=will_run)


def step_of(ir: WorkflowIR, address: str) -> Step:
    return next(step for step in every_step(ir.root) if step.address == address)


def waits_of(ir: WorkflowIR, address: str) -> dict[str, tuple[str, bool]]:
    """What a step waits for: why, and whether it copes with nothing."""
    return {one.on: (one.because, one.tolerant) for one in step_of(ir, address).depends}


def symbols_of(text: str) -> Symbols:
    read = parse(SourceText(FILE, HEAD + text))
    assert read.melody is not None
    return Symbols.of(read.melody, None)


class Known:
    """What the analysis knows of a Melody."""

    def __init__(self, text: str) -> None:
        self.symbols = symbols_of(text)
        self.uses: tuple[Use, ...] = tuple(uses_of(self.symbols))
        self.dependencies = Dependencies.of(self.symbols, self.uses)
        self.order = settled_first(self.symbols, self.dependencies)
        self.typing = Typing(self.symbols)
        self.typing.find(self.order)

    def step(self, address: str) -> StepSymbol:
        return next(step for step in self.symbols.steps if step.address == address)

    def waits(self, address: str) -> list[str]:
        reads = self.dependencies.of_step[self.step(address)]
        return list(dict.fromkeys(read.target.address for read in reads))
