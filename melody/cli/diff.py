"""``melody diff``."""

from __future__ import annotations

import sys

import click

from melody.cli.exit_codes import Exit
from melody.cli.options import allow_option, option
from melody.cli.output import print_json, print_text
from melody.cli.problems import show_problems, stop
from melody.projects import read_allow
from melody.semantic_diff import changes
from melody.semantic_diff.revision import compile_revision
from melody.semantic_diff.told import counted, told
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR


@click.command
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@option("--json", "as_json", is_flag=True, help="One melody.diff/1 object on stdout.")
@allow_option
def command(before: str, after: str, *, as_json: bool, allow: tuple[str, ...]) -> None:
    """Compare what two Melodies mean: steps, edges, prompts, policies, types.

    A and B are files, or REV:path for a file of a git revision: HEAD:notes.melody.yaml.
    Formatting, comments, labels and the order of steps are no difference. Exit code 0 if they mean
    the same, 1 if not, 2 if one of them has errors.
    """
    allowed, problems = read_allow(allow)
    if problems:
        stop(problems, {})
    old, new = _compiled(before, allowed), _compiled(after, allowed)
    found = changes(old, new)
    if as_json:
        print_json(
            {
                "schema": "melody.diff/1",
                "equal": not found,
                "before": {"file": before, "name": old.name, "hash": old.hash},
                "after": {"file": after, "name": new.name, "hash": new.hash},
                "changes": [each.to_json() for each in found],
            }
        )
    else:
        for line in told(found):
            print_text(line, sys.stdout)
    if found:
        click.echo(counted(found), err=True)
        raise click.exceptions.Exit(Exit.FAILED)
    aside = "" if old.hash == new.hash else "; steps or fields stand in another order"
    click.echo(f"no difference in meaning{aside}", err=True)


def _compiled(name: str, allow: Allow) -> WorkflowIR:
    try:
        compilation = compile_revision(name, allow=allow)
    except DiagnosticsError as error:
        stop(error.diagnostics, {}, exit_code=Exit.USAGE)
    if compilation.ir is None or compilation.errors:
        stop(compilation.diagnostics, compilation.sources, exit_code=Exit.USAGE)
    show_problems(compilation.diagnostics, compilation.sources)
    return compilation.ir
