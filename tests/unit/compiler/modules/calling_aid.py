"""Short ways to compile Melodies that call one another."""

from __future__ import annotations

from pathlib import Path

from compiler.pipeline import Compilation, compile_file
from tests.unit.compiler.compiling_aid import ALLOWED
from workflow_ir.render import render_text
from workflow_ir.steps import Call, layers
from workflow_ir.workflow import WorkflowIR

LEAF = "steps: {s: {set: 1}}\noutputs: {n: '${{ steps.s.output }}'}\n"
"""A Melody that calls nobody."""


def written(folder: Path, **files: str) -> Path:
    """Write Melodies by name, ``.melody.yaml`` and first lines added; gives the first one's path.

    A name with ``__`` lies in a folder: ``sub__x``.
    """
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.melody.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"melody: v1\nname: {path.name.partition('.')[0]}\n{text}")
    first = next(iter(files)).replace("__", "/")
    return folder / f"{first}.melody.yaml"


def compiled(folder: Path, **files: str) -> Compilation:
    """Compile the first of the Melodies."""
    return compile_file(written(folder, **files), allow=ALLOWED)


def ir_of(folder: Path, **files: str) -> WorkflowIR:
    made = compiled(folder, **files)
    assert made.ir is not None, render_text(made.diagnostics, made.sources)
    return made.ir


def told(made: Compilation) -> list[tuple[str, str, int]]:
    """Code, file and line of every problem."""
    return [
        (one.code, Path(one.span.file).name, one.span.line)
        for one in made.diagnostics
        if one.span is not None
    ]


def calls(path: str, **more: str) -> str:
    """The step of a Melody that does nothing but call."""
    keys = ", ".join([f"call: {path}", *(f"{key}: {value}" for key, value in more.items())])
    return f"steps: {{c: {{{keys}}}}}\n"


def module_of(ir: WorkflowIR, caller: WorkflowIR, address: str) -> WorkflowIR:
    """The module that a top-level step calls."""
    step = next(one for one in caller.root.steps if one.address == address)
    *_, verb = layers(step)
    assert isinstance(verb, Call)
    return ir.modules[verb.module]
