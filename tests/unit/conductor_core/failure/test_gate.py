"""The verdict of a gate: a pure function of what its expressions gave."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.failure.gate import Verdict, verdict
from tests.unit.conductor_core.melodies import expr
from workflow_ir.expressions import EvaluationError
from workflow_ir.policy import Gate

CHECK = Gate(check=expr("output.n > 1"))
SCORE = Gate(score=expr("output.s"), at_least=0.8)
BOTH = Gate(check=expr("output.n > 1"), score=expr("output.s"), at_least=0.8)


@pytest.mark.parametrize(
    ("gate", "holds", "score", "expected"),
    [
        (CHECK, True, None, Verdict(None)),
        (CHECK, False, None, Verdict("the gate does not hold: output.n > 1")),
        (SCORE, None, 0.8, Verdict(None, 0.8)),
        (SCORE, None, 1, Verdict(None, 1)),
        (SCORE, None, 0.79, Verdict("the gate wants at least 0.8 and got 0.79", 0.79)),
        (BOTH, True, 0.9, Verdict(None, 0.9)),
        (BOTH, True, 0.1, Verdict("the gate wants at least 0.8 and got 0.1", 0.1)),
        (BOTH, False, None, Verdict("the gate does not hold: output.n > 1")),
    ],
)
def test_both_parts_must_hold_and_the_bound_itself_is_enough(
    gate: Gate, holds: Any, score: Any, expected: Verdict
) -> None:
    assert verdict(gate, holds=holds, score=score) == expected


@pytest.mark.parametrize(
    ("gate", "facts", "told"),
    [
        (CHECK, {"holds": 1}, "the gate's check gave no boolean"),
        (CHECK, {"holds": None}, "the gate's check gave no boolean"),
        (SCORE, {"score": True}, "the gate's score gave no number"),
        (SCORE, {"score": "0.9"}, "the gate's score gave no number"),
        (SCORE, {}, "the gate's score gave no number"),
    ],
)
def test_what_is_neither_a_boolean_nor_a_number_is_an_error_of_the_expression(
    gate: Gate, facts: dict[str, Any], told: str
) -> None:
    with pytest.raises(EvaluationError) as problem:
        verdict(gate, **facts)
    assert problem.value.code == "expression.type"
    assert str(problem.value) == told
