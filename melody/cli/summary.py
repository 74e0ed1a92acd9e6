"""The end of a run in words: what became of it, what to look at, what to do next. On stderr."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from conductor_core.journal.jsonl import journal_path
from melody.cli.next_steps import next_steps
from melody.cli.paused import paused
from melody.cli.terminal import styled
from melody.cli.view.progress import Progress
from melody.cli.view.words import (
    decision_words,
    error_words,
    one_line,
    rejected_words,
    seconds,
)
from melody.running.job import Job
from melody.running.step_index import StepIndex
from workflow_ir.result import RunResult, RunStatus

_COLOURS = {
    RunStatus.SUCCEEDED: "good",
    RunStatus.RECOVERED: "good",
    RunStatus.DEGRADED: "warning",
    RunStatus.PAUSED: "warning",
}

_SHOWN_ITEMS = 3


def summary(result: RunResult, progress: Progress, job: Job) -> Iterator[str]:
    """The lines, in the order of their weight for the reader."""
    if result.status is RunStatus.FAILED:
        yield from _failure(result, progress, job)
    if result.status is RunStatus.PAUSED:
        yield from paused(result, progress)
    for gap in result.gaps:
        row = progress.rows.get(gap.step)
        error = {"code": gap.error.code, "message": gap.error.message}
        yield _warn(f"review: `{gap.step}` is a gap: {error_words(error)}")
        if row is not None:
            yield from _attempts(row.trail)
    for path, record in result.steps.items():
        if record.tolerated:
            failed = ", ".join(map(str, record.failed or ()))
            yield _warn(f"review: `{path}` went on without the items that failed: {failed}")
    yield from undone(progress)
    yield from _marked(result, progress)
    synthetic = list(progress.synthetic())
    if synthetic:
        yield _warn(
            f"synthetic: {', '.join(synthetic)} answered by the offline model; these texts are"
            " placeholders"
        )
    colour = _COLOURS.get(result.status, "error")
    took = f"{seconds(result.usage.wall_s)}{' of virtual time' if job.virtual else ''}"
    status = styled(colour, result.status.value, err=True)
    kept = f", events in {_journal(job, result.run)}" if job.journal else ""
    if job.journal and any(row.trail for row in progress.rows.values()):
        told = "" if result.failed_step is None else f" --step {result.failed_step}"
        yield f"why: melody explain run:{result.run}{told}"
    yield f"{result.melody}: {status} on {result.backend} in {took} (run {result.run}{kept})"


def _marked(result: RunResult, progress: Progress) -> Iterator[str]:
    """Outputs that are less than was asked for, or came another way; and who is to be told."""
    degraded = [path for path, record in result.steps.items() if record.degraded]
    if degraded:
        yield _warn(f"degraded: {', '.join(degraded)} went on with less than was asked for")
    inferred = [path for path, one in result.steps.items() if one.provenance == "inferred"]
    if inferred:
        yield _warn(f"review: {', '.join(inferred)} was reconstructed from a later output")
    for path, names in progress.notices:
        yield _warn(f"notice: {', '.join(names)}: `{path}` needs a look")


def undone(progress: Progress) -> Iterator[str]:
    """The steps that were undone after the run, and those that could not be."""
    for row in progress.rows.values():
        step, _, word = row.path.rpartition("~")
        if word != "compensate":
            continue
        if row.status in ("succeeded", "recovered"):
            yield f"{styled('good', 'undone', err=True)}: `{step}`"
        else:
            why = row.status if row.error is None else error_words(row.error)
            yield _warn(f"not undone: `{step}`: {why}")
    for step in progress.not_undone:
        yield _warn(f"not undone: `{step}`: it was ended before")


def _journal(job: Job, run: str) -> str:
    return os.path.relpath(journal_path(job.folder.resolve(), run))


def _warn(text: str) -> str:
    head, _, rest = text.partition(":")
    return f"{styled('warning', head, err=True)}:{rest}"


def _failure(result: RunResult, progress: Progress, job: Job) -> Iterator[str]:
    error = result.error
    assert error is not None
    path = result.failed_step
    what = f"step `{path}` failed" if path is not None else "the run failed"
    facts = {"code": error.code, "message": error.message}
    yield f"{styled('error', 'failed', err=True)}: {what}: {error_words(facts)}"
    place = StepIndex(job.ir).span(path) if path is not None else None
    if place is not None:
        yield f"  --> {place}"
    row = progress.rows.get(path) if path is not None else None
    if row is not None:
        yield from _attempts(row.trail)
    yield from _failed_below(path, progress)
    for name in ("stderr", "stdout"):
        told = one_line(str(error.detail.get(name, "")), 400)
        if told:
            yield f"  {name}: {told}"
    for advice in next_steps(error, path):
        yield f"  next: {advice}"


def _failed_below(path: str | None, progress: Progress) -> Iterator[str]:
    """Of a map: its items that failed, the first few."""
    failed = [
        row
        for row in progress.rows.values()
        if path is not None and row.path.startswith(f"{path}[") and row.status == "failed"
    ]
    for row in failed[:_SHOWN_ITEMS]:
        yield f"  `{row.path}`"
        yield from _attempts(row.trail)
    if len(failed) > _SHOWN_ITEMS:
        yield f"  … and {len(failed) - _SHOWN_ITEMS} more items"


def _attempts(trail: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[str]:
    for failure, decision in trail:
        if not failure:  # a scope has no attempts of its own
            continue
        head = f"  attempt {failure.get('n')} by {failure.get('player')}"
        why = rejected_words(decision)
        yield f"{head}: {error_words(failure.get('error', {}))}"
        yield f"    → {decision_words(decision)}{f' (not {why})' if why else ''}"
