"""The end of every command that writes a Melody: show what was found, then print or write it."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.importers.conversion import Converted
from compiler.pipeline import find_project
from melody.cli.exit_codes import Exit
from melody.cli.options import option
from melody.cli.problems import show_problems, stop
from melody.written_files import WrittenFiles
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

output_option = option(
    "-o",
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the Melody to FILE, not to stdout.",
)
force_option = option("--force", is_flag=True, help="Overwrite FILE even if it is somebody's work.")


def write_melody(converted: Converted, file: Path | None, *, force: bool) -> None:
    """Print or write a Melody; on errors show all of them, write nothing and exit with 1."""
    text = converted.text
    if text is None:
        stop(converted.diagnostics, converted.sources, exit_code=Exit.FAILED)
    show_problems(converted.diagnostics, converted.sources)
    if file is None:
        click.echo(text.encode("utf-8"), nl=False)
        return
    project = find_project(file.parent)
    folder = project.parent if project is not None else file.parent
    try:
        WrittenFiles(folder.resolve()).write(file, text, force=force)
    except DiagnosticsError as error:
        (problem,) = error.diagnostics
        force_it = "pass `--force` to overwrite it, " if problem.code == "MEL508" else ""
        help_ = f"{force_it}write elsewhere with `-o FILE`, or leave `-o` out"
        stop([diagnose(problem.code, problem.message, None, help=help_)], {})
    click.echo(f"wrote {file}", err=True)
