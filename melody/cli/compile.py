"""``melody compile``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from adapters import registry
from adapters.emitter.code import words
from compiler.pipeline import Compilation, compile_file
from melody.cli.exit_codes import Exit
from melody.cli.options import look_options, option
from melody.cli.problems import show_problems, stop
from melody.graphs.mermaid import mermaid
from melody.projects import read_allow
from melody.written_files import WrittenFiles
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.visible import visible
from workflow_ir.workflow import WorkflowIR

TARGETS: dict[str, tuple[str, Callable[[WorkflowIR], str]]] = {
    "ir": ("ir.json", WorkflowIR.to_json),
    "mermaid": ("mermaid", mermaid),
}
"""Targets that are one file: its suffix and how its text is made. All others are projects."""


@click.command
@click.argument("melody")
@option("--to", "target", type=click.Choice([*TARGETS, *registry.names()]), required=True,
              help="ir: the WorkflowIR as JSON; mermaid: a picture as text; an engine: a whole "
              "project for it, which needs Melody no more.")  # fmt: skip
@option("-o", "--output", "folder", metavar="DIR",
              help="The folder. NAME.ir.json and NAME.mermaid are written into it, by default the "
              "current one; a project becomes it, by default ./NAME-TARGET.")  # fmt: skip
@option("--stdout", "to_stdout", is_flag=True, help="Print ir or mermaid and write no file.")
@option("--check", is_flag=True,
              help="Of a project: write nothing, and exit with 1 if the generated files in DIR are "
              "not what would be generated now.")  # fmt: skip
@option("--include", multiple=True, metavar="PATH",
              help="Of a project: a file or folder of yours that it takes along, beside the code "
              "of the players. May be given again.")  # fmt: skip
@option("--force", is_flag=True, help="Overwrite generated files that somebody has changed.")
@look_options
def command(
    melody: str,
    *,
    target: str,
    folder: str | None,
    to_stdout: bool,
    check: bool,
    include: tuple[str, ...],
    force: bool,
    allow: tuple[str, ...],
    profile: str | None,
    settings: tuple[str, ...],
) -> None:
    """Write the compiled form of MELODY, a file; nothing is run.

    On errors nothing is written. NAME is the name of the Melody. A project's generated files are
    written anew each time and are not to be edited; the files that are yours, such as players and
    tests, are written once and never again. `melody.lock.json` in it tells which are which.
    """
    if folder == "":  # of a variable that is not set; the current folder is not meant
        raise click.UsageError("-o names no folder.")
    _refuse_what_does_not_go_together(target, to_stdout=to_stdout, check=check, include=include,
                                      force=force)  # fmt: skip
    allowed, problems = read_allow(allow)
    compilation = compile_file(melody, allow=allowed, profile=profile, settings=settings)
    problems += compilation.diagnostics
    ir = compilation.ir
    if ir is None or compilation.errors or len(problems) > len(compilation.diagnostics):
        stop(problems, compilation.sources)
    show_problems(problems, compilation.sources)
    try:
        if target not in TARGETS:
            place = Path(f"{words(ir.name)}-{target}" if folder is None else folder)
            _project(ir, compilation, target, place, include, check=check, force=force)
        elif to_stdout:
            click.echo(TARGETS[target][1](ir), nl=False)
        else:
            suffix, write = TARGETS[target]
            path = Path(folder or ".") / f"{ir.name}.{suffix}"
            WrittenFiles(compilation.folder.resolve()).write(path, write(ir), force=force)
            click.echo(f"wrote {path}", err=True)
    except DiagnosticsError as error:
        stop(error.diagnostics, compilation.sources)


def _refuse_what_does_not_go_together(
    target: str, *, to_stdout: bool, check: bool, include: tuple[str, ...], force: bool
) -> None:
    if target not in TARGETS:
        if to_stdout:
            raise click.UsageError(
                f"--stdout prints one file, and --to {target} writes a project: name a folder "
                "with -o DIR."
            )
        if check and force:
            raise click.UsageError("--check writes nothing, so there is nothing to --force.")
    elif check or include:
        name = "--check" if check else "--include"
        raise click.UsageError(f"{name} is for projects, and --to {target} writes one file.")


def _project(
    ir: WorkflowIR,
    compilation: Compilation,
    target: str,
    folder: Path,
    include: tuple[str, ...],
    *,
    check: bool,
    force: bool,
) -> None:
    """Generate a project; write it, or compare it with what is there."""
    from melody.ejecting import behind, compare, eject, generate

    made = generate(target, ir, compilation.folder, include)
    project = made.project
    show_problems(made.warnings, made.sources)
    for left in made.left_out:
        click.echo(f"not copied: {visible(left)}", err=True)
    if check:
        problem = compare(project, ir, folder)
        if problem is not None:
            stop([problem], compilation.sources, exit_code=Exit.FAILED)
        _tell_of_yours(folder, behind(project, folder))
        click.echo(f"{folder} is up to date", err=True)
        return
    done = eject(project, ir, folder, force=force)
    _tell_of_yours(folder, done.behind, done.unused)
    for path in done.left:
        click.echo(f"left: {folder / path} is no longer generated, and has been changed", err=True)
    parts = [(done.written, "written"), (done.same, "unchanged"), (done.yours, "of yours kept"),
             (done.removed, "removed")]  # fmt: skip
    said = ", ".join(f"{len(paths)} {word}" for paths, word in parts if paths)
    click.echo(f"{folder}: {said}", err=True)


def _tell_of_yours(folder: Path, behind: Sequence[str], unused: Sequence[str] = ()) -> None:
    """What the user's files have to do with the Melody as it is now."""
    for path in behind:
        told = "would be made otherwise now; to have it so, move it away and compile again"
        click.echo(f"yours: {folder / path} {told}", err=True)
    for path in unused:
        click.echo(f"yours: {folder / path} is no longer used", err=True)
