"""``melody compile``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from compiler.pipeline import compile_file
from melody.cli.options import look_options, option
from melody.cli.problems import show_problems, stop
from melody.graphs.mermaid import mermaid
from melody.projects import read_allow
from melody.written_files import WrittenFiles
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR

TARGETS: dict[str, tuple[str, Callable[[WorkflowIR], str]]] = {
    "ir": ("ir.json", WorkflowIR.to_json),
    "mermaid": ("mermaid", mermaid),
}
"""What ``--to`` takes: the suffix of the file and how its text is made."""


@click.command
@click.argument("melody")
@option("--to", "target", type=click.Choice(list(TARGETS)), required=True,
              help="ir: the WorkflowIR as JSON; mermaid: a picture as text.")  # fmt: skip
@option("-o", "--output", "folder", metavar="DIR", default=".", show_default=True,
              help="Where to write NAME.ir.json or NAME.mermaid.")  # fmt: skip
@option("--stdout", "to_stdout", is_flag=True, help="Print it and write no file.")
@option("--force", is_flag=True, help="Overwrite a file that somebody has changed.")
@look_options
def command(
    melody: str,
    *,
    target: str,
    folder: str,
    to_stdout: bool,
    force: bool,
    allow: tuple[str, ...],
    profile: str | None,
    settings: tuple[str, ...],
) -> None:
    """Write the compiled form of MELODY, a file; nothing is run.

    On errors nothing is written. NAME is the name of the Melody.
    """
    allowed, problems = read_allow(allow)
    compilation = compile_file(melody, allow=allowed, profile=profile, settings=settings)
    problems += compilation.diagnostics
    if compilation.ir is None or compilation.errors or len(problems) > len(compilation.diagnostics):
        stop(problems, compilation.sources)
    show_problems(problems, compilation.sources)
    suffix, write = TARGETS[target]
    text = write(compilation.ir)
    if to_stdout:
        click.echo(text, nl=False)
        return
    path = Path(folder) / f"{compilation.ir.name}.{suffix}"
    try:
        WrittenFiles(compilation.folder.resolve()).write(path, text, force=force)
    except DiagnosticsError as error:
        stop(error.diagnostics, compilation.sources)
    click.echo(f"wrote {path}", err=True)
