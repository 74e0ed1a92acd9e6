"""The project that a Melody becomes, before anything of it is laid out or written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters import registry
from adapters.base import OrchestrationAdapter
from adapters.emitter.project import GeneratedProject
from adapters.emitter.refusal import no_code
from melody.ejecting.own_files import own_files
from melody.ejecting.refusals import refusals
from melody.ejecting.still_needed import still_needed
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class Generated:
    """A project for a backend."""

    project: GeneratedProject
    left_out: tuple[str, ...] = ()
    """What lies among a player's modules and cannot go along, each with the reason."""
    warnings: tuple[Diagnostic, ...] = ()
    """MEL514: files that go along and need Melody."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The text of the files that warnings point at, by name."""


def generate(target: str, ir: WorkflowIR, folder: Path, include: Sequence[str] = ()) -> Generated:
    """Generate it.

    Args:
        target: The backend.
        ir: What the Melody means.
        folder: Of the Melody's own project, whose modules go along.
        include: Further files and folders that do.

    Raises:
        DiagnosticsError: MEL302, MEL304: the backend generates no code for it; MEL513: a file of
            the user's cannot go along.
    """
    adapter: object = registry.load(target)
    # An adapter of somebody else's may be older than `ejects`.
    if not isinstance(adapter, OrchestrationAdapter) or not adapter.ejects():
        raise no_code(target)
    lacking = tuple(refusals(ir, adapter))
    if lacking:
        raise DiagnosticsError(lacking)
    own = own_files(ir, folder, include)
    project = adapter.emit(ir, own.sources)
    here = Path(os.path.relpath(folder))
    warnings = tuple(still_needed(own.sources.files, here))
    sources = {str(here / path): text for path, text in own.sources.files.items()}
    return Generated(project, own.left_out, warnings, sources if warnings else {})
