"""``melody explain MELODY --stage …``."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.ir_file import is_ir, most_bytes
from compiler.parse.text import text_of_file
from compiler.pipeline import compile_file
from compiler.projects.above import above
from compiler.projects.set_values import set_values
from compiler.projects.settings import read_settings
from melody.cli.output import print_text
from melody.cli.problems import show_problems, stop
from melody.projects import read_allow
from melody.stages import STAGES
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError, errors_of


def show_stage(
    melody: str,
    stage: str,
    *,
    allow: tuple[str, ...],
    profile: str | None,
    settings: tuple[str, ...],
) -> None:
    """Print a Melody as it is at a stage; ends the command if it has errors."""
    allowed, problems = read_allow(allow)
    compilation = compile_file(melody, allow=allowed, profile=profile, settings=settings)
    problems += compilation.diagnostics
    source, _ = text_of_file(melody, most=most_bytes(melody))
    written = None
    if source is not None and not is_ir(source):
        above_it = above(Path(melody).parent, profile)
        written = set_values(source, above_it, read_settings(settings)).parsed.melody
    if compilation.ir is None or errors_of(problems):
        stop(problems, compilation.sources)
    if written is None and stage == "melody":
        fact = f"`{melody}` is compiled already, so the Melody that was written is not in it"
        problems += (diagnose("MEL506", fact, None, help="show another stage"),)
        stop(problems, compilation.sources)
    show_problems(problems, compilation.sources)
    try:
        lines = list(STAGES[stage](written, compilation.ir))
    except DiagnosticsError as error:
        stop(error.diagnostics, compilation.sources)
    for line in lines:
        print_text(line, sys.stdout)
