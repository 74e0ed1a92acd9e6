"""``melody import``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.importers.tidyllm import import_tidyllm
from compiler.parse.text import text_of_file
from melody.cli.exit_codes import Exit
from melody.cli.new_melody import force_option, output_option, write_melody
from melody.cli.options import option
from melody.cli.problems import stop


@click.group
def command() -> None:
    """Write a Melody from the workflow file of another tool."""


@command.command("tidyllm")
@click.argument("workflow", metavar="FILE")
@option("--name", help="The name of the Melody.  [default: that of FILE]")
@output_option
@force_option
def tidyllm_command(workflow: str, *, name: str | None, file: Path | None, force: bool) -> None:
    """Read the dependencies and the parallel section of FILE, a workflow_config.yaml.

    Each dependency becomes a step and a player of the same name, whose command is to be filled in.
    What a Melody cannot say is an error; what it does not need is a warning.
    """
    source, problems = text_of_file(workflow)
    if source is None:
        stop(problems, {}, exit_code=Exit.FAILED)
    given = name if name is not None else Path(workflow).name.split(".")[0]
    option_ = "--name" if name is not None else "the name of FILE"
    write_melody(import_tidyllm(source, given, option=option_), file, force=force)
