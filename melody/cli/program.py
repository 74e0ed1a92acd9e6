"""The commands and how they are found: names and one line each here, the rest when used."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

COMMANDS = {
    "init": "Make a project that runs at once, without keys.",
    "check": "Check Melodies and show every problem at its place.",
    "fmt": "Bring Melodies into canonical order and layout; comments stay.",
    "run": "Run a Melody on one engine.",
    "compare": "Run a Melody on every engine and compare the results.",
    "test": "Test Melodies: checks, played tests and snapshots.",
    "compile": "Write what a Melody becomes: its IR, a picture, or a project without Melody in it.",
    "graph": "Draw a Melody, or say why a step waits for another one.",
    "explain": "Explain a code, or show a Melody at a stage of its way.",
    "diff": "Compare what two Melodies mean.",
    "doctor": "Check the installation, the project and the folder.",
    "schema": "Print the JSON Schema of the language, for editors.",
    "define": "Write a Melody from steps on the command line.",
    "coordinate": "Write a Melody of commands side by side, and what follows them.",
    "pipeline": "Write a Melody stage by stage, tied by the state they share.",
    "import": "Write a Melody from the workflow file of another tool.",
    "version": "Show the versions of Melody, Python and the engines.",
}
"""In the order of ``--help``. Each is the ``command`` of the module of its name."""


def module_of(name: str) -> str:
    """The module of a command; a word of Python's own has an underscore behind it."""
    return f"melody.cli.{name}_" if iskeyword(name) else f"melody.cli.{name}"


class _Commands(click.Group):
    """Commands by name; a module is imported when its command is named, not to list it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(module_of(cmd_name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from workflow_ir.nearest import nearest

            meant = nearest(name, COMMANDS)
            hint = f"Did you mean '{meant}'?" if meant else f"It is one of {', '.join(COMMANDS)}."
            ctx.fail(f"No such command '{name}'. {hint}")
        return super().resolve_command(ctx, args)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: Any) -> None:
    if wanted and not ctx.resilient_parsing:
        from melody.version import __version__

        click.echo(f"melody {__version__}")
        ctx.exit()


@click.command(
    cls=_Commands,
    context_settings={
        "auto_envvar_prefix": "MELODY",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
    epilog="Every option has a variable: MELODY_RUN_ON=langgraph is `melody run --on langgraph`. "
    "Results go to stdout, everything else to stderr.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
def program() -> None:
    """Write a workflow once; run it on LangGraph, CrewAI or plain asyncio."""


def invoke(arguments: Sequence[str]) -> int:
    """Run one command line; gives the exit code.

    Mistakes of usage are shown as click shows them, and exit with 2.
    """
    try:
        status = program.main(list(arguments), prog_name="melody", standalone_mode=False)
    except click.ClickException as mistake:
        mistake.show(sys.stderr)
        return mistake.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        return 130
    return status if isinstance(status, int) else 0
