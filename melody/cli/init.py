"""``melody init``."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import click

from melody.cli.exit_codes import Exit
from melody.cli.options import option
from melody.cli.output import print_text
from melody.cli.problems import stop
from melody.file_names import MELODIES
from melody.scaffold.project import TEMPLATES, project_files, write_project
from workflow_ir.diagnostics import DiagnosticsError


@click.command
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@option("--template", type=click.Choice(list(TEMPLATES)), default="linear", show_default=True,
        help="; ".join(f"{name}: {what}" for name, what in TEMPLATES.items()) + ".")  # fmt: skip
def command(folder: Path, *, template: str) -> None:
    """Make a project in DIR, by default here; it runs at once, without keys.

    It has a Melody, its players, what they are allowed, a script of failures, a README and the
    settings of editors. Nothing that exists is overwritten: if one of the files does, none is
    written.
    """
    written = project_files(template)
    try:
        write_project(folder, written)
    except DiagnosticsError as error:
        stop(error.diagnostics, {}, exit_code=Exit.USAGE)
    for path in written:
        print_text(os.path.join(folder, path), sys.stdout)  # noqa: PTH118 - the folder as it was given
    (melody,) = (path for path in written if path.endswith(MELODIES))
    click.echo("\nnow try:", err=True)
    if folder != Path():
        click.echo(f"  cd {shlex.quote(str(folder))}", err=True)
    for line in (
        "melody check",
        f"melody run {melody}",
        f"melody run {melody} --script scripts/rough_day.yaml",
        f"melody graph {melody}",
    ):
        click.echo(f"  {line}", err=True)
