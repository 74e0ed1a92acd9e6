"""The quality gate: what an output must meet after it passed its schema (spec 4)."""

from __future__ import annotations

from typing import Any

from conductor_core.scope import Names
from conductor_core.stage import Stage
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Gate, Rung
from workflow_ir.steps import Guard


def gate_error(
    guard: Guard, output: Any, env: Names, path: str, stage: Stage
) -> StandardError | None:
    """Check the gate; None if there is none or it holds.

    Returns:
        ``gate.failed``, or ``expression.*`` where it cannot be evaluated.
    """
    gate = guard.gate
    if gate is None:
        return None
    try:
        problem, facts = _judge(gate, env.adding(output=output), stage)
    except EvaluationError as fault:
        return StandardError.of(fault.code, f"in the gate: {fault}", origin="conductor")
    stage.emit(EventKind.GATE_CHECKED, path, passed=problem is None, **facts)
    if problem is None:
        return None
    return StandardError.of("gate.failed", problem, origin="conductor")


def written_ladder(guard: Guard | None, error: StandardError) -> tuple[Rung, ...] | None:
    """What the step wrote for this failure: of its gate ``on_fail``, else ``on_failure``."""
    if guard is None:
        return None
    if error.code == "gate.failed" and guard.gate is not None and guard.gate.on_fail is not None:
        return guard.gate.on_fail
    return guard.on_failure


def _judge(gate: Gate, env: Names, stage: Stage) -> tuple[str | None, dict[str, Any]]:
    """Why it does not hold, and what the journal is told beside that."""
    if gate.check is not None:
        holds = stage.evaluator.value(gate.check)(env)
        if not isinstance(holds, bool):
            raise EvaluationError("expression.type", "the gate's check gave no boolean")
        if not holds:
            return f"the gate does not hold: {gate.check.source}", {}
    if gate.score is None or gate.at_least is None:
        return None, {}
    score = stage.evaluator.value(gate.score)(env)
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise EvaluationError("expression.type", "the gate's score gave no number")
    facts = {"score": score, "at_least": gate.at_least}
    if score < gate.at_least:
        return f"the gate wants at least {gate.at_least:g} and got {score:g}", facts
    return None, facts
