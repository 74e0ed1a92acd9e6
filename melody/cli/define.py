"""``melody define``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.importers.define import define
from melody.cli.new_melody import force_option, output_option, write_melody
from melody.cli.options import option


@click.command
@click.argument("name")
@option("--step", "steps", multiple=True, required=True, metavar="ID: [CONDITIONS &&] COMMANDS",
        help="A step. May be given again.")  # fmt: skip
@output_option
@force_option
def command(name: str, *, steps: tuple[str, ...], file: Path | None, force: bool) -> None:
    """Write the Melody NAME from steps on the command line.

    A condition is OTHER.success, OTHER.failure, OTHER.complete or OTHER.FIELD > NUMBER, where
    OTHER prints FIELD as JSON. Conditions come first, with && and || and parentheses between them:

    melody define release --step "tests: make test" --step "ship: tests.success && make ship"

    Commands are started without a shell. Nothing is run.
    """
    write_melody(define(name, steps), file, force=force)
