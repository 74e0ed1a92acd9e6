"""``melody check``."""

from __future__ import annotations

from typing import NoReturn

import click

from melody.checking import check_paths
from melody.cli.exit_codes import Exit
from melody.cli.options import allow_option, option
from melody.cli.output import print_json
from melody.cli.problems import counted, show_problems, stop
from melody.fixing import apply_fixes
from melody.projects import read_allow
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import DiagnosticsError, errors_of
from workflow_ir.render import to_json

_MOST_ROUNDS = 10
"""Of ``--fix``."""


@click.command
@click.argument("paths", nargs=-1)
@option("--for", "backend", metavar="BACKEND", help="Also show what this engine lacks.")
@option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: one melody.check/1 object on stdout.",
)
@option("--fix", is_flag=True, help="Write the cures that are certain into the files first.")
@allow_option
def command(
    paths: tuple[str, ...],
    *,
    backend: str | None,
    output_format: str,
    fix: bool,
    allow: tuple[str, ...],
) -> NoReturn:
    """Check Melodies and show every problem at its place.

    PATHS are files, or folders in which every *.melody.yaml is checked; by default the current
    folder. Nothing is run, imported or fetched. Exit code 1 if there are errors.
    """
    allowed, problems = read_allow(allow)
    if problems:
        stop(problems, {})
    try:
        if fix:
            _fix(paths or (".",), allowed)
        checked = check_paths(paths or (".",), allow=allowed, backend=backend)
    except DiagnosticsError as error:
        stop(error.diagnostics, {})
    if output_format == "json":
        print_json(to_json(checked.diagnostics))
    else:
        show_problems(checked.diagnostics, checked.sources, err=False)
        files = checked.files[0] if len(checked.files) == 1 else f"{len(checked.files)} Melodies"
        click.echo(f"{files}: {counted(checked.diagnostics)}", err=True)
    raise click.exceptions.Exit(Exit.FAILED if errors_of(checked.diagnostics) else Exit.OK)


def _fix(paths: tuple[str, ...], allow: Allow) -> None:
    """Cure what can be cured; a cure may bring the next mistake to light."""
    for _ in range(_MOST_ROUNDS):
        cured = apply_fixes(check_paths(paths, allow=allow).diagnostics)
        for file, number in cured.items():
            click.echo(f"{file}: fixed {number}", err=True)
        if not cured:
            return
