"""``melody compare``."""

from __future__ import annotations

from typing import Any, NoReturn

import click

from conductor_core.ports import Journal
from melody.cli.comparison_table import times, write_table
from melody.cli.exit_codes import Exit
from melody.cli.options import run_options
from melody.cli.ordered_run import Order, order
from melody.cli.output import print_text, results_only
from melody.cli.terminal import styled
from melody.cli.view.progress import Progress
from melody.cli.view.words import short
from melody.comparing import MISSING, Comparison, Difference, compare_job
from melody.running.interruption import Interrupted
from workflow_ir.diagnostics import DiagnosticsError


@click.command
@run_options
def command(melody: str, *, no_journal: bool, **options: Any) -> NoReturn:
    """Run MELODY, a file, on every engine that is installed and compare the results.

    Compared is the normal form: outputs, steps, attempts, decisions, gaps. Exit code 1 if anything
    differs, 2 if there is nothing to compare with.
    """
    ordered = order(melody, journal=not no_journal, **options)
    with results_only() as results:
        comparison = _compare(ordered)
        print_text(f"{ordered.job.ir.name}, start {ordered.job.start}\n", results)
        write_table(comparison, results)
        print_text("", results)
        _say_absent(comparison)
        print_text(_verdict(comparison), results)
    if comparison.equal:
        raise click.exceptions.Exit(Exit.OK)
    raise click.exceptions.Exit(Exit.USAGE if comparison.difference is None else Exit.FAILED)


def _compare(ordered: Order) -> Comparison:
    def follow(name: str) -> Journal:
        click.echo(f"running on {name} …", err=True)
        return Progress()

    try:
        return compare_job(ordered.job, listener=follow)
    except DiagnosticsError as error:
        ordered.stop(error)
    except Interrupted:
        click.echo("interrupted: every step was stopped", err=True)
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None


def _say_absent(comparison: Comparison) -> None:
    for name, problems in comparison.absent.items():
        for problem in problems:
            click.echo(f"{name} takes no part: {problem.code} {problem.message}", err=True)
            if problem.help:
                click.echo(f"  {problem.help}", err=True)


def _verdict(comparison: Comparison) -> str:
    names = list(comparison.results)
    if comparison.difference is not None:
        return _told(comparison.difference)
    if len(names) < 2:
        return f"nothing to compare: only {' and '.join(names) or 'no backend'} could run"
    said = f"{', '.join(names[:-1])} and {names[-1]}"
    good = styled("good", "equal")
    return (
        f"{good}: the same outputs, steps, attempts and decisions on {said} ({times(comparison)})"
    )


def _told(difference: Difference) -> str:
    (first, left), (second, right) = difference.left, difference.right
    return (
        f"{styled('error', 'different')} at {difference.path}:"
        f" {first} {_value(left)}, {second} {_value(right)}"
    )


def _value(value: Any) -> str:
    return "has nothing" if value is MISSING else f"has {short(value, 80)}"
