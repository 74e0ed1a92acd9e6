"""``melody explain MELODY --stage …``."""

from __future__ import annotations

import sys

from compiler.parse.text import text_of_file
from compiler.pipeline import compile_file, parse
from melody.cli.output import print_text
from melody.cli.problems import show_problems, stop
from melody.projects import read_allow
from melody.stages import STAGES
from workflow_ir.diagnostics import DiagnosticsError, errors_of


def show_stage(melody: str, stage: str, allow: tuple[str, ...]) -> None:
    """Print a Melody as it is at a stage; ends the command if it has errors."""
    allowed, problems = read_allow(allow)
    compilation = compile_file(melody, allow=allowed)
    problems += compilation.diagnostics
    source, _ = text_of_file(melody)
    written = None if source is None else parse(source).melody
    if compilation.ir is None or written is None or errors_of(problems):
        stop(problems, compilation.sources)
    show_problems(problems, compilation.sources)
    try:
        lines = list(STAGES[stage](written, compilation.ir))
    except DiagnosticsError as error:
        stop(error.diagnostics, compilation.sources)
    for line in lines:
        print_text(line, sys.stdout)
