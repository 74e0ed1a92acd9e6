"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class TwinOption(click.Option):
    """An option whose variable is named like its flag: ``melody run --on`` is ``MELODY_RUN_ON``.

    Of an option that may be given again the variable holds one value a line.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The variable's text, or None."""
        name = self.twin(ctx)
        return None if name is None else os.environ.get(name) or None

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """The variable's value or values."""
        text = self.resolve_envvar_value(ctx)
        if text is not None and self.multiple:
            return tuple(line for line in text.splitlines() if line)
        return text

    def twin(self, ctx: click.Context) -> str | None:
        """The variable's name."""
        flag = next((each for each in self.opts if each.startswith("--")), None)
        if flag is None or ctx.auto_envvar_prefix is None:
            return None
        return f"{ctx.auto_envvar_prefix}_{flag.lstrip('-').replace('-', '_').upper()}"


class SharedOption(TwinOption):
    """An option that has a variable for all commands too: ``--profile`` is ``MELODY_PROFILE``."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The text of the command's own variable, else of the common one."""
        flag = next(each for each in self.opts if each.startswith("--"))
        common = f"MELODY_{flag.lstrip('-').replace('-', '_').upper()}"
        return super().resolve_envvar_value(ctx) or os.environ.get(common) or None


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    """``click.option`` with a variable."""
    return click.option(*names, cls=TwinOption, **settings)


allow_option = option(
    "--allow",
    multiple=True,
    metavar="KIND:PATTERN",
    help="Allow a player for this time: python:samples.*, command:git. May be given again.",
)

profile_option = click.option(
    "--profile",
    cls=SharedOption,
    metavar="NAME",
    help="Apply these changes of the project file or your own file.",
)
set_option = option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change a value of the Melody: policy.timeout=2m, steps.draft.prompt=Hi. "
    "May be given again.",
)


def look_options(command: Command) -> Command:
    """The options of every command that compiles a Melody: what is allowed, and what changed."""
    for decorate in (set_option, profile_option, allow_option):
        command = decorate(command)
    return command


_OF_A_RUN = (
    click.argument("melody"),
    option(
        "-i",
        "--input",
        "inputs",
        multiple=True,
        metavar="NAME=VALUE",
        help="An input; @FILE.json gives several at once. May be given again.",
    ),
    option("--script", metavar="FILE", help="Play every player by this script."),
    option(
        "--fault",
        "faults",
        multiple=True,
        metavar="STEP:KIND[*n]",
        help="Make the first attempts of a step fail: draft:timeout*2. May be given again.",
    ),
    option(
        "--have",
        multiple=True,
        metavar="ID=@FILE",
        help="Start from the middle: the output of a step, which is not performed then; "
        "ID=VALUE as with -i. May be given again.",
    ),
    option(
        "--start",
        type=click.Choice(["eager", "graph"]),
        default="eager",
        show_default=True,
        help="eager: a step starts as soon as it can; graph: the engine starts it.",
    ),
    option("--offline", is_flag=True, help="Replace every model by the offline one."),
    option(
        "--replay",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Answer every model call from this recording.",
    ),
    option("--no-journal", is_flag=True, help="Keep no events under .melody/runs."),
    look_options,
)


def run_options(command: Command) -> Command:
    """The argument and the options of every command that runs a Melody."""
    for decorate in reversed(_OF_A_RUN):
        command = decorate(command)
    return command
