"""The verdict of a quality gate on what its expressions gave (spec 4, Quality gate)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflow_ir.expressions import EvaluationError
from workflow_ir.policy import Gate


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an output is good enough."""

    problem: str | None
    """Why it is not, in words; None: it is."""
    score: float | None = None
    """What ``score`` gave; None: it was not asked."""


def verdict(gate: Gate, *, holds: Any = None, score: Any = None) -> Verdict:
    """Judge what ``check`` and ``score`` gave; a ``check`` that fails is the end of it.

    Args:
        gate: As written.
        holds: What ``check`` gave; of a gate without one it is not looked at.
        score: What ``score`` gave; likewise.

    Raises:
        EvaluationError: ``expression.type``: no boolean, or no number.
    """
    if gate.check is not None:
        if not isinstance(holds, bool):
            raise EvaluationError("expression.type", "the gate's check gave no boolean")
        if not holds:
            return Verdict(f"the gate does not hold: {gate.check.source}")
    if gate.score is None or gate.at_least is None:
        return Verdict(None)
    if isinstance(score, bool) or not isinstance(score, int | float):
        raise EvaluationError("expression.type", "the gate's score gave no number")
    if score < gate.at_least:
        return Verdict(f"the gate wants at least {gate.at_least:g} and got {score:g}", score)
    return Verdict(None, score)
