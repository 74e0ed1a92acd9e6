"""``melody run``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from conductor_core.ports import Journal, People
from melody.cli.asking.people import people
from melody.cli.exit_codes import Exit, exit_of_run
from melody.cli.options import option, run_options
from melody.cli.ordered_run import Order, order
from melody.cli.output import print_json, print_text, results_only
from melody.cli.readable import readable
from melody.cli.summary import summary, undone
from melody.cli.terminal import is_terminal
from melody.cli.view.lines import Lines
from melody.cli.view.progress import Progress
from melody.running.interruption import Interrupted, run_interruptibly
from melody.running.job import Job, perform
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.events import Event
from workflow_ir.result import RunResult, RunStatus


@click.command
@run_options
@option("--on", "backend", metavar="BACKEND", default="native", show_default=True,
              help="The engine: native, langgraph, crewai.")  # fmt: skip
@option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@option("--record", type=click.Path(path_type=Path), metavar="FILE",
              help="Record every model call here, for --replay; no key is written.")  # fmt: skip
@option("--events", is_flag=True, help="Print every event as a JSON line when it happens.")
@option("--gaps-ok", is_flag=True, help="A run that ends with gaps exits with 0, not 3.")
def command(
    melody: str,
    *,
    backend: str,
    as_json: bool,
    events: bool,
    gaps_ok: bool,
    no_journal: bool,
    record: Path | None,
    **options: Any,
) -> NoReturn:
    """Run MELODY, a file, on one engine.

    Its outputs go to stdout; what happens on the way goes to stderr, and with every detail into
    .melody/runs. Exit code 0 if it succeeded or recovered, 1 if it failed, 3 if it ended with gaps,
    4 if it waits for a person or an event that nobody is there to send.

    At a terminal an approval is asked there, unless a script plays the run.
    """
    if as_json and events:
        raise click.UsageError("--json and --events exclude each other: both write to stdout.")
    ordered = order(melody, journal=not no_journal, record=record, **options)
    with results_only() as results:
        result, progress = _perform(ordered, backend, results if events else None)
        if as_json:
            print_json(result.to_json(), results)
        elif not events:
            for line in readable(_shown(result)):
                print_text(line, results)
    for line in summary(result, progress, ordered.job):
        click.echo(line, err=True)
    raise click.exceptions.Exit(exit_of_run(result, gaps_ok=gaps_ok))


def _shown(result: RunResult) -> dict[str, Any]:
    """The outputs; of a run that failed or pauses those that there are."""
    if result.status not in (RunStatus.FAILED, RunStatus.PAUSED):
        return result.outputs
    return {name: value for name, value in result.outputs.items() if value is not None}


def _perform(
    ordered: Order, backend: str, event_lines: TextIO | None
) -> tuple[RunResult, Progress]:
    progress = Progress(virtual=ordered.job.virtual)
    try:
        built = ordered.on(backend)
        with _view(ordered.job, progress, event_lines) as (view, people):
            performed = replace(built, job=replace(built.job, people=people))
            result = run_interruptibly(perform(performed, (progress, view)))
    except DiagnosticsError as error:
        ordered.stop(error)
    except Interrupted:
        for line in undone(progress):
            click.echo(line, err=True)
        click.echo(f"interrupted: every step of run {progress.run} was stopped", err=True)
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None
    return result, progress


@contextmanager
def _view(
    job: Job, progress: Progress, event_lines: TextIO | None
) -> Iterator[tuple[Journal, People]]:
    """How the run is shown while it goes on, and who is asked."""
    screen = sys.stderr  # the live tree puts something in its place
    if event_lines is not None:
        yield _EventLines(event_lines), people(screen, nullcontext)
    elif is_terminal(screen):
        from melody.cli.view.tree import Tree

        progress.expect(step.address for step in job.ir.root.steps)
        with Tree(progress, screen) as tree:
            yield tree, people(screen, tree.interrupted)
    else:
        yield Lines(progress, screen), people(screen, nullcontext)


@dataclass(frozen=True, slots=True)
class _EventLines:
    """``--events``: each event as one JSON line."""

    stream: TextIO

    def append(self, event: Event) -> None:
        print_json(event.to_json(), self.stream, indent=None)
