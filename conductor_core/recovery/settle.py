"""The outcomes of a performance, as they stand in its record."""

from __future__ import annotations

from conductor_core.performance import Going
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.result import StepStatus
from workflow_ir.taxonomy import ErrorClass


def succeed(going: Going, answer: Success, *, first: bool) -> None:
    """There is an output; ``first``: by the first player at its first attempt."""
    record = going.record
    record.output = answer.output
    record.synthetic = answer.synthetic
    record.degraded = answer.degraded or going.progress.hidden
    record.status = StepStatus.SUCCEEDED if first else StepStatus.RECOVERED


def leave_gap(going: Going, error: StandardError) -> None:
    """A typed gap stands in the output's place."""
    going.record.status, going.record.error = StepStatus.GAP, error
    _notify(going, error)


def give_up(going: Going, error: StandardError) -> None:
    """The step has failed; or its player said that it was cancelled."""
    cancelled = error.error_class is ErrorClass.CANCELLED
    going.record.status = StepStatus.CANCELLED if cancelled else StepStatus.FAILED
    going.record.error = error
    if not cancelled:
        _notify(going, error)


def _notify(going: Going, error: StandardError) -> None:
    told = going.task.guard.policy.notify
    if told:
        going.stage.emit(EventKind.NOTICE, going.task.path, to=list(told), error=error)
