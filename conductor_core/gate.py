"""The quality gate: what an output must meet after it passed its schema (spec 4)."""

from __future__ import annotations

from typing import Any

from conductor_core.failure.gate import Verdict, verdict
from conductor_core.failure.situation import WrittenAs
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
        judged = _judge(gate, env.adding(output=output), stage)
    except EvaluationError as fault:
        return StandardError.of(fault.code, f"in the gate: {fault}", origin="conductor")
    facts = {} if judged.score is None else {"score": judged.score, "at_least": gate.at_least}
    stage.emit(EventKind.GATE_CHECKED, path, passed=judged.problem is None, **facts)
    if judged.problem is None:
        return None
    return StandardError.of("gate.failed", judged.problem, origin="conductor")


def written_ladder(
    guard: Guard | None, error: StandardError
) -> tuple[WrittenAs, tuple[Rung, ...] | None]:
    """What the step wrote for this failure, and as which key.

    Returns:
        ``on_fail`` of its gate and its rungs, else ``on_failure`` and its rungs, None if there are
        none.
    """
    if guard is None:
        return "on_failure", None
    if error.code == "gate.failed" and guard.gate is not None and guard.gate.on_fail is not None:
        return "on_fail", guard.gate.on_fail
    return "on_failure", guard.on_failure


def _judge(gate: Gate, env: Names, stage: Stage) -> Verdict:
    """Evaluate what the gate asks, the score only if the check holds."""
    value = stage.evaluator.value
    holds = True if gate.check is None else value(gate.check)(env)
    if gate.score is None or holds is not True:
        return verdict(gate, holds=holds)
    return verdict(gate, holds=holds, score=value(gate.score)(env))
