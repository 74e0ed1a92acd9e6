"""``melody test``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn, TextIO

import click

from melody.cli.exit_codes import Exit
from melody.cli.options import option
from melody.cli.output import print_json, print_text, results_only
from melody.cli.problems import stop
from melody.cli.terminal import styled
from melody.running.interruption import Interrupted
from melody.testing.test_files.find import Found, cases_of, files_in
from melody.testing.test_files.verdict import Verdict
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.render import to_json
from workflow_ir.visible import visible

SCHEMA = "melody.test/1"


@click.command
@click.argument("paths", nargs=-1)
@option("--update-snapshots", "update", is_flag=True,
        help="Store what Melodies compile to now, instead of comparing with it.")  # fmt: skip
@option("--json", "as_json", is_flag=True, help="Print the verdicts as one JSON object.")
def command(paths: tuple[str, ...], *, update: bool, as_json: bool) -> NoReturn:
    """Check Melodies, play the tests of *.melody.test.yaml files, compare snapshots.

    PATHS are files, or folders in which every *.melody.yaml and *.melody.test.yaml is tested; by
    default the current folder. Exit code 1 if a test failed. The pytest plugin does the same.
    """
    files, problems = files_in(paths or (".",))
    if update and os.environ.get("CI"):
        problems = (*problems, refused_in_ci())
    if problems:
        stop(problems, {}, exit_code=Exit.USAGE)
    found = [each for file in files for each in cases_of(file)]
    with results_only() as results:
        verdicts = list(_performed(found, results=None if as_json else results, update=update))
        if as_json:
            print_json(_as_json(found, verdicts), results)
        else:
            print_text(_count(verdicts), results)
    failed = any(not verdict.passed for verdict in verdicts)
    raise click.exceptions.Exit(Exit.FAILED if failed else Exit.OK)


def refused_in_ci() -> Diagnostic:
    """MEL506: a machine that builds does not decide what is right."""
    return diagnose(
        "MEL506",
        "snapshots are not written in CI (the variable CI is set)",
        None,
        help="run it at home, read the difference, and commit it",
    )


def _performed(
    found: Sequence[Found], *, results: TextIO | None, update: bool
) -> Iterator[Verdict]:
    told: set[Diagnostic] = set()
    widest = max(len(each.title) for each in found)
    for each in found:
        try:
            verdict = each.case.perform(update=update)
        except Interrupted:
            click.echo("interrupted: every step was stopped", err=True)
            raise click.exceptions.Exit(Exit.INTERRUPTED) from None
        for line in verdict.stored:
            click.echo(visible(line), err=True)
        if results is not None:
            word = styled("good", "passed") if verdict.passed else styled("error", "failed")
            new = [problem for problem in verdict.problems if problem not in told]
            told.update(new)
            again = "" if verdict.passed or new else " as above"
            print_text(f"{each.title:<{widest}}  {word}{again}", results)
            if new:
                print_text(f"\n{verdict.text(new, styled)}\n", results)
        yield verdict


def _count(verdicts: Sequence[Verdict]) -> str:
    failed = sum(not verdict.passed for verdict in verdicts)
    parts = [(len(verdicts) - failed, "passed"), (failed, "failed")]
    return ", ".join(f"{number} {word}" for number, word in parts if number)


def _as_json(found: Sequence[Found], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "passed": all(verdict.passed for verdict in verdicts),
        "tests": [
            {
                "file": each.file,
                "line": each.case.line,
                "name": each.case.name,
                "outcome": "passed" if verdict.passed else "failed",
                "diagnostics": to_json(verdict.problems)["diagnostics"],
                "stored": list(verdict.stored),
            }
            for each, verdict in zip(found, verdicts, strict=True)
        ],
    }
