"""``melody check``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from melody.checking import Checked, check_paths
from melody.cli.exit_codes import Exit
from melody.cli.options import look_options, option
from melody.cli.output import print_json, print_text
from melody.cli.problems import counted, show_problems, stop
from melody.fixing import apply_fixes
from melody.projects import read_allow
from melody.version import __version__
from workflow_ir.diagnostics import DiagnosticsError, errors_of
from workflow_ir.render import to_github, to_json, to_sarif

_MOST_ROUNDS = 10
"""Of ``--fix``."""


@click.command
@click.argument("paths", nargs=-1)
@option("--for", "backend", metavar="BACKEND", help="Also show what this engine lacks.")
@option(
    "--output-format",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="json: one melody.check/1 object on stdout; github: annotations of a workflow; "
    "sarif: a SARIF 2.1.0 log.",
)
@option("--fix", is_flag=True, help="Write the cures that are certain into the files first.")
@look_options
def command(
    paths: tuple[str, ...],
    *,
    backend: str | None,
    output_format: str,
    fix: bool,
    allow: tuple[str, ...],
    profile: str | None,
    settings: tuple[str, ...],
) -> NoReturn:
    """Check Melodies and show every problem at its place.

    PATHS are files, or folders in which every *.melody.yaml is checked; by default the current
    folder. Nothing is run, imported or fetched. Exit code 1 if there are errors.
    """
    allowed, problems = read_allow(allow)
    if problems:
        stop(problems, {})
    look = partial(check_paths, paths or (".",), allow=allowed, profile=profile, settings=settings)
    try:
        if fix:
            _fix(look)
        checked = look(backend=backend)
    except DiagnosticsError as error:
        stop(error.diagnostics, {})
    _SHOW[output_format](checked)
    raise click.exceptions.Exit(Exit.FAILED if errors_of(checked.diagnostics) else Exit.OK)


def _fix(look: Callable[[], Checked]) -> None:
    """Cure what can be cured; a cure may bring the next mistake to light."""
    for _ in range(_MOST_ROUNDS):
        cured = apply_fixes(look().diagnostics)
        for file, number in cured.items():
            click.echo(f"{file}: fixed {number}", err=True)
        if not cured:
            return


def _show_text(checked: Checked) -> None:
    show_problems(checked.diagnostics, checked.sources, err=False)
    files = checked.files[0] if len(checked.files) == 1 else f"{len(checked.files)} Melodies"
    click.echo(f"{files}: {counted(checked.diagnostics)}", err=True)


def _show_json(checked: Checked) -> None:
    print_json(to_json(checked.diagnostics))


def _show_github(checked: Checked) -> None:
    for line in to_github(checked.diagnostics, root=_root()):
        print_text(line, sys.stdout)


def _show_sarif(checked: Checked) -> None:
    log = to_sarif(checked.diagnostics, checked.sources, root=_root(), version=__version__)
    print_json(log)


_SHOW: Mapping[str, Callable[[Checked], None]] = {
    "text": _show_text,
    "json": _show_json,
    "github": _show_github,
    "sarif": _show_sarif,
}


def _root() -> Path:
    """The folder that paths are relative to: of a GitHub workflow that of its checkout."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
