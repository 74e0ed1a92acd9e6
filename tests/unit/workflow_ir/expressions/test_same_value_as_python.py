"""Whenever an expression has a value, Python gives the same one (spec 2)."""

from __future__ import annotations

import warnings
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.unit.workflow_ir.expressions.python_functions import PYTHON_FUNCTIONS
from tests.unit.workflow_ir.expressions.sources import NAMES, SOURCES
from workflow_ir.expressions import EvaluationError, ExpressionError, compile, parse
from workflow_ir.expressions.eject import to_python


def same(one: Any, two: Any) -> bool:
    """Equal with equal types all the way down; 0.0 and -0.0 differ."""
    if type(one) is not type(two):
        return False
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    return repr(one) == repr(two)


def in_python(source: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `0[1]` in a branch that is not taken
        return eval(source, {**PYTHON_FUNCTIONS, **NAMES})


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES)
def test_a_value_is_the_value_of_the_ejected_python(source: str) -> None:
    try:
        expression = parse(source)
        value = compile(expression)(NAMES)
    except (ExpressionError, EvaluationError):
        return
    ejected = in_python(to_python(expression))
    assert same(value, ejected), (source, value, ejected)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES)
def test_a_value_is_the_value_of_the_same_text_in_python(source: str) -> None:
    lazy = ("default(", "has(", "coalesce(", ".", "true", "null")
    try:
        value = compile(parse(source))(NAMES)
    except (ExpressionError, EvaluationError):
        return
    if not any(word in source for word in lazy):
        assert same(value, in_python(source)), source


def test_the_strategies_reach_values_and_not_only_errors() -> None:
    assert same(compile(parse("[[x, y] for x in xs for y in xs if x != y][0]"))(NAMES), [3, 1])
    assert compile(parse("default(m.gone.gone, -0.0)"))(NAMES) == 0
    assert compile(parse("bullets(mixed)"))(NAMES) == in_python("bullets(mixed)")
