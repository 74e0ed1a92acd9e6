"""What ``run`` and ``compare`` are told, checked as a whole: every mistake of it at once."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from compiler.pipeline import compile_file
from melody.cli.given_inputs import GivenInputs
from melody.cli.problems import show_problems, stop
from melody.projects import read_allow
from melody.running.data_file import DataFileError
from melody.running.declared import Declared
from melody.running.fault_options import read_faults
from melody.running.have import HandedIn, checked_have
from melody.running.inputs import checked_inputs
from melody.running.job import Built, Job, build
from melody.running.models_ready import made_up, models_not_ready
from melody.running.schedule_warnings import schedule_warnings
from melody.running.script_file import read_script
from melody.running.secret_values import secret_values
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, errors_of


@dataclass(frozen=True, slots=True)
class Order:
    """A run that can be made, and the texts to show its diagnostics with."""

    job: Job
    sources: dict[str, str]

    def on(self, backend: str) -> Built:
        """The graph on one backend; where its schedule may change the outcome is told first.

        Raises:
            DiagnosticsError: MEL301, MEL302, MEL903.
        """
        built = build(replace(self.job, on=backend))
        if self.job.start == "graph":
            show_problems(tuple(schedule_warnings(built.job.ir, built.adapter)), self.sources)
        return built

    def stop(self, error: DiagnosticsError) -> NoReturn:
        """Show what is wrong and end the command."""
        stop(error.diagnostics, self.sources)


def order(
    melody: str,
    *,
    inputs: tuple[str, ...],
    script: str | None,
    faults: tuple[str, ...],
    have: tuple[str, ...],
    allow: tuple[str, ...],
    profile: str | None,
    settings: tuple[str, ...],
    **job: Any,
) -> Order:
    """Compile the Melody and check the options against it; ends the command if anything is wrong.

    ``job`` goes into the ``Job`` as it is.
    """
    allowed, problems = read_allow(allow)
    found: list[Diagnostic] = list(problems)
    compilation = compile_file(
        melody, allow=allowed, will_run=True, profile=profile, settings=settings
    )
    found += compilation.diagnostics
    sources = dict(compilation.sources)
    ir = compilation.ir

    declared = Declared(melody, sources)
    given = GivenInputs(ir, declared)
    given.read(inputs)
    found += given.problems
    sources |= given.sources
    values: dict[str, Any] = {}
    if ir is not None:
        values, problems = checked_inputs(ir, given.values, declared, unreadable=given.refused)
        found += problems

    handed = HandedIn(ir)
    handed.read(have)
    found += handed.problems
    sources |= handed.sources
    outputs: dict[str, Any] = {}
    if ir is not None:
        outputs, problems = checked_have(ir, handed.values)
        found += problems

    secrets: dict[str, str] = {}
    if ir is not None:
        secrets, problems = secret_values(ir, os.environ, scripted=script is not None)
        found += problems

    if ir is not None and script is None and not job["offline"] and job["replay"] is None:
        found += models_not_ready(ir, compilation.folder)
    if ir is not None and script is None:
        found += made_up(ir, profile, offline=job["offline"])

    played = None
    if script is not None:
        try:
            played, file = read_script(script, ir)
            sources[file.source.file] = file.source.text
        except DataFileError as error:
            found += error.diagnostics
            if error.source is not None:
                sources[error.source.file] = error.source.text
    injected, problems = read_faults(faults, ir)
    found += problems

    if ir is None or errors_of(found):
        stop(found, sources)
    show_problems(found, sources)
    return Order(
        Job(
            ir=ir,
            inputs=values,
            folder=compilation.folder,
            allow=compilation.allow,
            script=played,
            faults=injected,
            secrets=secrets,
            have=outputs,
            trusted=compilation.trusted,
            **job,
        ),
        sources,
    )
