"""``melody fmt``."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from compiler.format import Language
from melody.cli.exit_codes import Exit
from melody.cli.options import option
from melody.cli.output import results_only
from melody.cli.problems import stop
from melody.formatting import FormattedFile, converted_file, formatted_files, write_text
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError


@click.command
@click.argument("paths", nargs=-1)
@option("--check", is_flag=True, help="Write nothing; exit with 1 if something would change.")
@option("--to", "language", type=click.Choice(["yaml", "json"]),
        help="Write one Melody in this language, on stdout or to -o FILE.")  # fmt: skip
@option("-o", "--output", "target", metavar="FILE", help="Where to write, with --to.")
@option("--force", is_flag=True, help="Overwrite FILE even if it says something else.")
@option("--without-comments", is_flag=True, help="With --to json: leave comments out.")
def command(
    paths: tuple[str, ...],
    *,
    check: bool,
    language: Language | None,
    target: str | None,
    force: bool,
    without_comments: bool,
) -> NoReturn:
    """Bring Melodies into canonical order and layout; comments stay, and so does the meaning.

    PATHS are files, or folders in which every *.melody.yaml is taken; by default the current
    folder. A file that cannot be read, or that could not be laid out anew without changing what it
    says, is left as it is, and the exit code is 1.

    With --to, PATH is one file: YAML, JSON, or a Python file that builds a Melody (FILE.py:NAME if
    it builds several). Such a Python file is executed, with everything it does: name only files
    that you would run yourself.
    """
    if language is not None:
        if check:
            raise click.UsageError("--check does not go with --to.")
        _convert(paths, language, target, force=force, without_comments=without_comments)
    if target is not None:
        raise click.UsageError("-o goes with --to.")
    _format(paths or (".",), check=check)


def _format(paths: tuple[str, ...], *, check: bool) -> NoReturn:
    problems: list[Diagnostic] = []
    sources: dict[str, str] = {}
    changed = unchanged = 0
    for file in formatted_files(paths):
        problems += file.problems or (() if check else _written(file))
        sources[file.path] = file.source
        changed += file.is_changed
        unchanged += file.text is not None and not file.is_changed
        if file.is_changed:
            click.echo(f"{'would format' if check else 'formatted'} {file.path}", err=True)
    if problems:
        stop(problems, sources, exit_code=Exit.FAILED)
    if not changed + unchanged:
        click.echo("no Melody here", err=True)
    elif not changed:
        click.echo(f"{_counted(unchanged)} in canonical form", err=True)
    raise click.exceptions.Exit(Exit.FAILED if check and changed else Exit.OK)


def _written(file: FormattedFile) -> tuple[Diagnostic, ...]:
    if file.text is None or not file.is_changed:
        return ()
    try:
        write_text(file.path, file.text)
    except DiagnosticsError as error:
        return error.diagnostics
    return ()


def _convert(
    paths: tuple[str, ...],
    language: Language,
    target: str | None,
    *,
    force: bool,
    without_comments: bool,
) -> NoReturn:
    if len(paths) != 1:
        raise click.UsageError("--to takes one PATH.")
    try:
        # A program may print; on stdout stands the Melody alone.
        with results_only() as results:
            found = converted_file(paths[0], language, without_comments=without_comments)
            if target is None:
                results.write(found.text)
    except DiagnosticsError as error:
        stop(error.diagnostics, {}, exit_code=Exit.FAILED)
    if target is not None:
        _write(target, found.text, force=force)
    for file in found.beside:
        program = f"{paths[0].partition('.py')[0]}.py"
        click.echo(f"it calls ./{file}: name that Melody, {program}:NAME, to write it", err=True)
    raise click.exceptions.Exit(Exit.OK)


def _write(target: str, text: str, *, force: bool) -> None:
    path = Path(target)
    try:
        if not force and path.exists() and path.read_bytes() != text.encode("utf-8"):
            raise click.UsageError(f"{target} is there and says something else; pass --force.")
        write_text(target, text)
    except OSError as error:
        raise click.UsageError(f"{target} cannot be written: {error.strerror}.") from None
    except DiagnosticsError as error:
        stop(error.diagnostics, {})
    click.echo(f"wrote {target}", err=True)


def _counted(number: int) -> str:
    return "1 Melody is" if number == 1 else f"{number} Melodies are"
