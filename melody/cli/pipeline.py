"""``melody pipeline``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from compiler.importers.pipeline import Stage, add_stage, create
from compiler.parse.text import MAX_BYTES
from melody.cli.exit_codes import Exit
from melody.cli.new_melody import force_option, output_option, write_melody
from melody.cli.options import option

MARK = "# Written by `melody pipeline shim`."
SCRIPTS = {
    "stage": 'exec {melody} pipeline stage "$@"\n',
    "tidyllm": '[ "$1" = workflow ] && shift\nexec {melody} "$@"\n',
}
"""The words of the lines in seed 004, and what each starts."""


@click.group
def command() -> None:
    """Write a Melody stage by stage; the stages are tied by the state they read and write.

    melody pipeline create ml | melody pipeline stage load --state-key data | melody pipeline stage
    train --depends data
    """


@command.command("create")
@click.argument("name")
@output_option
@force_option
def create_command(name: str, *, file: Path | None, force: bool) -> None:
    """Begin the pipeline NAME."""
    write_melody(create(name), file, force=force)


@command.command("stage")
@click.argument("id_", metavar="ID")
@option("--run", metavar="COMMANDS", help="Its command.  [default: a program called ID]")
@option("--state-key", metavar="KEY", help="The state that its output becomes.")
@option("--depends", multiple=True, metavar="KEY",
        help="A state that it reads. May be given again.")  # fmt: skip
@option("--condition", metavar="FIELD OP NUMBER",
        help="It runs only if this holds of the state that it reads.")  # fmt: skip
@output_option
@force_option
def stage_command(
    id_: str,
    *,
    run: str | None,
    state_key: str | None,
    depends: tuple[str, ...],
    condition: str | None,
    file: Path | None,
    force: bool,
) -> None:
    """Read a pipeline from stdin and add the stage ID to it.

    Its command gets the state that it reads as JSON on stdin, several states by their keys, and
    prints JSON. In a condition a field is one of that state: quality > 0.95, or KEY.quality where
    several states are read.
    """
    stdin = getattr(sys, "stdin", None)  # there is none where its file descriptor is closed
    if stdin is None or stdin.isatty():
        raise click.UsageError("A stage continues a pipeline: `melody pipeline create NAME |`.")
    document = stdin.buffer.read(MAX_BYTES + 1)
    write_melody(add_stage(document, Stage(id_, run, state_key, depends, condition)), file,
                 force=force)  # fmt: skip


@command.command("shim")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def shim_command(folder: Path) -> None:
    """Write the programs `stage` and `tidyllm` into DIR, which call melody.

    With DIR in front of the PATH, `tidyllm pipeline create NAME | stage ID | stage ID` runs as it
    stands, and so do `tidyllm workflow define` and `tidyllm coordinate`.
    """
    melody = f"{shlex.quote(sys.executable)} -m melody"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SCRIPTS:
            _refuse_others(folder / name)
        for name, script in SCRIPTS.items():
            path = folder / name
            path.write_text(f"#!/bin/sh\n{MARK}\n{script.format(melody=melody)}", encoding="utf-8")
            path.chmod(0o755)
            click.echo(f"wrote {path}", err=True)
    except OSError as error:
        click.echo(f"{folder} cannot be written: {error.strerror}", err=True)
        raise click.exceptions.Exit(Exit.USAGE) from None


def _refuse_others(path: Path) -> None:
    """Leave alone what somebody else has written."""
    if path.exists() and MARK not in path.read_bytes().decode("utf-8", "replace"):
        click.echo(f"{path} is somebody else's program; choose another folder", err=True)
        raise click.exceptions.Exit(Exit.USAGE)
