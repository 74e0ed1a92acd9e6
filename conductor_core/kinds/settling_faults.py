"""The end of a step that failed by its own expressions or data."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conductor_core.failed import StepFault
from conductor_core.failure.ladder import Situation, decide
from conductor_core.gate import written_ladder
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Jitter, Retry, Rung
from workflow_ir.result import StepStatus
from workflow_ir.steps import Guard
from workflow_ir.taxonomy import Retryable

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


@contextmanager
def settling_faults(run: Run, frame: Frame) -> Iterator[None]:
    """Settle a performance whose own expressions or data turn out to be at fault."""
    try:
        yield
    except EvaluationError as problem:
        _settle(run, frame, StandardError.of(problem.code, str(problem), origin="conductor"))
    except StepFault as fault:
        frame.place.failed_at = fault.inside
        _settle(run, frame, fault.error, inherited=fault.inside is not None)


def _settle(run: Run, frame: Frame, error: StandardError, *, inherited: bool = False) -> None:
    """Settle it by the ladder. Nobody was asked, so nobody can be asked again; a skip may help.

    A failure inherited from a step inside becomes a gap here only where that was written.
    """
    guard, record = frame.guard, frame.record
    accepted = guard is not None and guard.gap_accepted and not frame.in_map
    decision = decide(
        Situation(
            error=error.replace(retryable=Retryable.NO),
            failures=1,
            alternatives=(),
            retry=Retry() if guard is None else guard.policy.retry,
            importance=Importance.NORMAL if guard is None else guard.importance,
            on_failure=_written(guard, error, inherited=inherited),
            gap_accepted=accepted and not inherited,
            effects_once=False,
            time_left_s=None,
            jitter=Jitter.NONE,
            rng=random.Random(0),  # noqa: S311  nothing is drawn from it
            on_exceeded=None if guard is None else guard.policy.on_exceeded,
        )
    )
    run.stage.emit(EventKind.DECISION, frame.path, n=0, error=error, **decision.to_json())
    record.status = StepStatus.GAP if decision.rung is Rung.SKIP else StepStatus.FAILED
    record.error, record.output = error, None


def _written(
    guard: Guard | None, error: StandardError, *, inherited: bool
) -> tuple[Rung, ...] | None:
    """The ladder of the step itself; its gate has judged nothing that failed further inside."""
    if inherited:
        return None if guard is None else guard.on_failure
    return written_ladder(guard, error)
