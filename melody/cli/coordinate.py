"""``melody coordinate``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.importers.coordinate import BARRIER_TIMEOUT, coordinate
from melody.cli.new_melody import force_option, output_option, write_melody
from melody.cli.options import option


@click.command
@option("--parallel", multiple=True, required=True, metavar="ID: COMMANDS",
        help="Commands that run beside the others. May be given again.")  # fmt: skip
@option("--sync-point", required=True, metavar="ID", help="The step at which all of them meet.")
@option("--then", multiple=True, required=True, metavar="[ID:] COMMANDS",
        help="What follows; its id is its first word. May be given again.")  # fmt: skip
@option("--succeed-if", metavar="all|any|N|N%", help="How many must succeed.  [default: all]")
@option("--barrier-timeout", metavar="TIME", default=BARRIER_TIMEOUT, show_default=True,
        help="How long the slower ones are waited for.")  # fmt: skip
@option("--name", default="coordinate", show_default=True, help="The name of the Melody.")
@output_option
@force_option
def command(
    *,
    parallel: tuple[str, ...],
    sync_point: str,
    then: tuple[str, ...],
    succeed_if: str | None,
    barrier_timeout: str,
    name: str,
    file: Path | None,
    force: bool,
) -> None:
    """Write a Melody of commands side by side, a point where they meet, and what follows.

    melody coordinate --parallel "unit: make unit" --parallel "lint: make lint" --sync-point ready
    --then "make ship"

    Commands are started without a shell. Nothing is run.
    """
    converted = coordinate(
        parallel,
        sync_point,
        then,
        succeed_if=succeed_if,
        barrier_timeout=barrier_timeout,
        name=name,
    )
    write_melody(converted, file, force=force)
