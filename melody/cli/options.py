"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

allow_option = click.option(
    "--allow",
    multiple=True,
    metavar="KIND:PATTERN",
    help="Allow a player for this time: python:samples.*, command:git. May be given again.",
)

_OF_A_RUN = (
    click.argument("melody"),
    click.option(
        "-i",
        "--input",
        "inputs",
        multiple=True,
        metavar="NAME=VALUE",
        help="An input; @FILE.json gives several at once. May be given again.",
    ),
    click.option("--script", metavar="FILE", help="Play every player by this script."),
    click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="STEP:KIND[*n]",
        help="Make the first attempts of a step fail: draft:timeout*2. May be given again.",
    ),
    click.option(
        "--start",
        type=click.Choice(["eager", "graph"]),
        default="eager",
        show_default=True,
        help="eager: a step starts as soon as it can; graph: the engine starts it.",
    ),
    click.option("--offline", is_flag=True, help="Replace every model by the offline one."),
    click.option("--no-journal", is_flag=True, help="Keep no events under .melody/runs."),
    allow_option,
)


def run_options(command: Command) -> Command:
    """The argument and the options of every command that runs a Melody."""
    for option in reversed(_OF_A_RUN):
        command = option(command)
    return command
