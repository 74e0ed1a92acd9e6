"""Diagnostics on the screen, and the way out of a command that cannot go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NoReturn

import click

from melody.cli.exit_codes import Exit, exit_of_errors
from melody.cli.terminal import styled
from workflow_ir.diagnostics import Diagnostic, errors_of
from workflow_ir.render import render_text

SHOWN = 100
"""Problems shown; a file of another kind may have thousands."""


def show_problems(
    problems: Sequence[Diagnostic], sources: Mapping[str, str], *, err: bool = True
) -> None:
    """Write problems with an empty line behind them; nothing if there are none."""
    if not problems:
        return
    style = partial(styled, err=err)
    click.echo(render_text(problems[:SHOWN], sources, style=style) + "\n", err=err)
    if len(problems) > SHOWN:
        click.echo(f"… and {len(problems) - SHOWN} more\n", err=err)


def stop(
    problems: Iterable[Diagnostic], sources: Mapping[str, str], *, exit_code: Exit | None = None
) -> NoReturn:
    """Show problems and end the command with the exit code of its errors."""
    found = tuple(problems)
    show_problems(found, sources)
    click.echo(counted(found), err=True)
    raise click.exceptions.Exit(
        exit_of_errors(errors_of(found)) if exit_code is None else exit_code
    )


def counted(problems: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    errors = len(errors_of(problems))
    parts = [(errors, "error"), (len(problems) - errors, "warning")]
    said = [f"{number} {word}{'s' if number != 1 else ''}" for number, word in parts if number]
    return ", ".join(said) or "no problems"
