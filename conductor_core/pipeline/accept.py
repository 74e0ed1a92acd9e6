"""What counts as an answer: within its grant, of its schema, through its gate (spec 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conductor_core.border import admit
from conductor_core.failed import StepFault
from conductor_core.failure.grant import attempts_left, overstepped
from conductor_core.gate import gate_error
from conductor_core.performance import Going, Performance
from conductor_core.stage import Stage
from workflow_ir.outcome import StandardError, Success


def accept(going: Going, answer: Success | StandardError) -> Success | StandardError:
    """Validate an answer, fill in its absent optional fields, and check the gate."""
    part, progress = going.progress.part, going.progress
    granted = attempts_left(part.granted, going.task.guard, progress.failures)
    breach = overstepped(answer, granted, part.player)
    if breach is not None:
        return breach
    if isinstance(answer, StandardError):
        return answer
    accepted = _accepted(going, answer)
    if isinstance(accepted, StandardError) and accepted.attempts is None:
        return accepted.replace(attempts=answer.internal_attempts)
    return accepted


def _accepted(going: Going, answer: Success) -> Success | StandardError:
    if answer.degraded and not going.task.guard.policy.may_degrade:
        return StandardError.of(
            "unable_to_complete",
            f"player {going.progress.part.player!r} gave a degraded answer, which policy forbids",
            origin="conductor",
        )
    return judged(going.task, answer, going.stage)


def judged(task: Performance, answer: Success, stage: Stage) -> Success | StandardError:
    """The schema and the gate of the step, whoever has made the output."""
    try:
        output: Any = admit(answer.output, task.guard.output, stage.evaluator)
    except StepFault as fault:
        return fault.error
    if output is not answer.output:
        answer = replace(answer, output=output)
    error = gate_error(task.guard, output, task.env, task.path, stage)
    return answer if error is None else error
