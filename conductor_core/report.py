"""The result of a run in its normal form (spec 3, spec 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conductor_core.run import Run
from conductor_core.scope import ScopeRun, StepRun
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import Gap, StandardError
from workflow_ir.result import RunResult, RunStatus, StepRecord, StepStatus, Usage
from workflow_ir.values import LiteralValue, MapValue


def report(run: Run, *, backend: str, began: float) -> RunResult:
    """Tell a run that has ended; ``began`` is the clock's time at its start."""
    assert run.root is not None
    masks = run.stage.masks
    records = {
        record.path: masks.record(record) if masks else record
        for record in (*records_in(run.root), *_undone(run))
    }
    gaps = tuple(
        Gap(record.path, "skipped_after_failure", record.error)
        for record in records.values()
        if record.status is StepStatus.GAP and record.error is not None
    )
    path, error = run.failure or (None, None)
    outputs, problem = _outputs(run)
    paused = run.pause.paused
    if error is None and problem is not None and not paused:
        error = problem
    stage = run.stage
    status = _status(records, failed=error is not None, gaps=bool(gaps))
    return RunResult(
        run=stage.context.run,
        melody=run.ir.name,
        ir=run.ir.hash,
        backend=backend,
        status=RunStatus.PAUSED if paused else status,
        outputs=masks.data(outputs),
        error=None if error is None else masks.error(error),
        failed_step=path,
        steps=records,
        gaps=gaps,
        usage=Usage(stage.purse.usd, stage.purse.tokens, stage.clock.now() - began),
        entries={
            f"{region}/{node}" if region else node: times
            for (region, node), times in sorted(run.entries.items())
        },
    )


def records_in(scope: ScopeRun) -> Iterator[StepRecord]:
    """Every step whose scope was entered, in the order of the file."""
    for step in scope.steps.values():
        yield from _records_of(step)


def _undone(run: Run) -> Iterator[StepRecord]:
    """What was done to undo, in its order."""
    for place in run.undoing.places:
        yield from _records_of(place)


def _records_of(step: StepRun) -> Iterator[StepRecord]:
    yield step.record
    yield from _records_inside(step)


def _records_inside(step: StepRun) -> Iterator[StepRecord]:
    """What is below a step; sides, iterations and insides are no entries themselves."""
    if step.inner is not None:
        yield from records_in(step.inner)
    for item in () if step.map is None else step.map.items:
        yield from _records_inside(item.place) if item.hidden else _records_of(item.place)


def _status(records: dict[str, StepRecord], *, failed: bool, gaps: bool) -> RunStatus:
    """The worst of succeeded < recovered < degraded < failed."""
    if failed:
        return RunStatus.FAILED
    if gaps or any(record.tolerated for record in records.values()):
        return RunStatus.DEGRADED
    if any(record.status is StepStatus.RECOVERED for record in records.values()):
        return RunStatus.RECOVERED
    return RunStatus.SUCCEEDED


def _outputs(run: Run) -> tuple[dict[str, Any], StandardError | None]:
    """The Melody's outputs; of a run that failed or pauses those that can be told, else null."""
    assert run.root is not None
    env = run.root.env(run.stage.clock.now())
    match run.ir.root.result:
        case LiteralValue(value=dict() as constants):
            return dict(constants), None
        case MapValue(entries=entries):
            pass
        case _:
            return {}, None
    outputs: dict[str, Any] = {}
    problem = None
    for name, value in entries.items():
        try:
            outputs[name] = run.stage.evaluator.value(value)(env)
        except EvaluationError as error:
            outputs[name] = None
            problem = problem or _output_error(name, error)
    return outputs, problem


def _output_error(name: str, problem: EvaluationError) -> StandardError:
    """An output of the Melody that cannot be evaluated fails the run."""
    return StandardError.of(problem.code, f"output {name!r}: {problem}", origin="conductor")
