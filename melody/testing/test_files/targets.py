"""What a Melody compiles to, as text by path: what snapshots hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters import registry
from adapters.emitter.project import GeneratedFile, GeneratedProject
from compiler.pipeline import Compilation
from melody.ejecting import generate
from melody.ejecting.laid_out import EmitterFault, lay_out
from melody.graphs.mermaid import mermaid
from workflow_ir.canonical import plain
from workflow_ir.workflow import WorkflowIR

Files = Mapping[str, str]
"""Path with ``/`` → text."""


def targets() -> tuple[str, ...]:
    """Every target that a test file may ask for: the forms of a Melody, then the backends."""
    return (*_FORMS, *registry.names())


def made(target: str, ir: WorkflowIR, compilation: Compilation) -> Files:
    """What the Melody compiles to.

    Of a project the generated files alone: the others are the user's as soon as they are there.

    Raises:
        DiagnosticsError: MEL302, MEL304: the backend generates no code for it; MEL513: a file of
            the user's cannot go along; MEL903: ruff is not installed.
    """
    form = _FORMS.get(target)
    return (
        form(ir)
        if form is not None
        else _laid_out(generate(target, ir, compilation.folder).project)
    )


def laid_out_alike(target: str, stored: Files) -> Files:
    """Stored Python, laid out by the ruff of today: another ruff changes no meaning.

    Nothing if it is no Python.
    """
    files = tuple(GeneratedFile(path, text) for path, text in stored.items())
    try:
        return _laid_out(GeneratedProject("stored", target, files))
    except (EmitterFault, ValueError):
        return {}


def _laid_out(project: GeneratedProject) -> Files:
    with TemporaryDirectory(prefix="melody-snapshot-") as folder:
        lay_out(project, Path(folder))
        return {
            file.path: (Path(folder) / file.path).read_bytes().decode("utf-8", "surrogateescape")
            for file in project.files
            if file.owner == "melody"
        }


def _ir(ir: WorkflowIR) -> Files:
    """What is hashed: without places in the file, labels and descriptions."""
    text = json.dumps(plain(ir, hashed=True), indent=2, ensure_ascii=False)
    return {f"{ir.name}.ir.json": f"{text}\n"}


def _mermaid(ir: WorkflowIR) -> Files:
    return {f"{ir.name}.mermaid": mermaid(ir)}


_FORMS: Mapping[str, Callable[[WorkflowIR], Files]] = {"ir": _ir, "mermaid": _mermaid}
