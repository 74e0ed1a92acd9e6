"""What must hold of every expression and all data; one seed is one trial."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from tests.fuzz.environment import Environment, environment
from tests.fuzz.forms import forms_of
from tests.fuzz.grammar import expression as random_expression
from tests.fuzz.meaning import meaning
from tests.unit.workflow_ir.expressions.python_functions import PYTHON_FUNCTIONS
from workflow_ir.expressions import (
    EvaluationError,
    Expression,
    ExpressionError,
    canonical,
    check,
    compile,
    parse,
)
from workflow_ir.expressions.eject import to_python
from workflow_ir.expressions.limits import MOST_SOURCE_BYTES
from workflow_ir.types import compile_schema, to_json_schema

TRIALS_PER_ENVIRONMENT = 25
NEVER_WRONG = frozenset({"MEL212", "MEL216"})
"""Problems of expressions that have a value of the type all the same: a loop's name that is taken,
and a comparison that has one result only."""
ROOTS_IN_PYTHON = {"with": "with_", "steps": "state", "lines": "lines_", "größe": "e"}
"""Some roots have other names in Python, one of them a name that a loop likes to use."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one expression."""

    source: str
    end: Literal["value", "error", "unreadable"]
    checked: bool = False
    """It has a value and the type check found nothing."""
    forms: frozenset[str] = frozenset()
    """What an expression that has a value is made of."""


class Broken(AssertionError):
    """Something does not hold; the message says of what, and how to see it again."""


def examine(seed: int) -> Trial:
    """Makes the expression of a seed and demands everything of it.

    Raises:
        Broken: Something does not hold.
    """
    scope = environment(seed // TRIALS_PER_ENVIRONMENT)
    source = random_expression(Random(f"expression {seed}"), scope)
    try:
        return _examine(source, scope)
    except Exception as error:
        again = f"python -m tests.fuzz expressions --seed {seed} --count 1"
        what = str(error) if isinstance(error, _NotSo) else f"{type(error).__name__}: {error}"
        data = "\n".join(f"    {name} = {value!r}" for name, value in scope.names.items())
        message = f"{what}\n  expression: {source}\n  data:\n{data}\n  again: {again}"
        raise Broken(message) from error


class _NotSo(Exception):
    """What does not hold."""


def _require(holds: bool, fact: str, *shown: object) -> None:
    if not holds:
        raise _NotSo(" ".join([fact, *map(repr, shown)]))


def _examine(source: str, scope: Environment) -> Trial:
    try:
        expression = parse(source)
    except ExpressionError as error:
        inside = 0 <= error.offset <= error.end <= len(source)
        _require(inside, "the mistake is outside the text:", error.offset, error.end)
        return Trial(source, "unreadable")
    again = _require_one_spelling(expression)
    checked = check(expression, scope.types)
    for problem in checked.problems:
        inside = 0 <= problem.start <= problem.end <= len(source)
        _require(inside, "the problem is outside the text:", problem)
    found, value = _evaluate(compile(expression), scope)
    found_again, value_again = _evaluate(compile(again), scope)
    same_end = found == found_again and same(value, value_again)
    _require(same_end, "the canonical spelling gives:", again.source, value_again, value)
    if found is not None:
        return Trial(source, "error")
    ejected = to_python(expression, ROOTS_IN_PYTHON)
    in_python = run_python(ejected, scope)
    _require(same(value, in_python), "Python differs:", ejected, in_python, "not", value)
    fits = not {problem.code for problem in checked.problems} - NEVER_WRONG
    if fits:
        violations = compile_schema(to_json_schema(checked.type))(value)
        _require(not violations, "the value is not of its type:", value, checked.type)
    clean = not checked.problems
    return Trial(source, "value", checked=clean, forms=frozenset(forms_of(expression)))


def _require_one_spelling(expression: Expression) -> Expression:
    text = canonical(expression)
    again = parse(text)
    alike = meaning(again.tree) == meaning(expression.tree)
    _require(alike, "the canonical spelling says something else:", text)
    _require(canonical(again) == text, "the canonical spelling is not stable:", text)
    paths = [[(r.path, r.guarded) for r in e.references] for e in (expression, again)]
    _require(paths[0] == paths[1], "the canonical spelling reads something else:", text)
    _require(len(text.encode()) <= MOST_SOURCE_BYTES, "the canonical spelling is too long")
    return again


def _evaluate(run: Callable[[Any], Any], scope: Environment) -> tuple[str | None, Any]:
    """The code of the error, or None and the value."""
    try:
        return None, run(scope.names)
    except EvaluationError as error:
        _require(bool(error.message), "an error says nothing:", error.code)
        return error.code, None


def run_python(source: str, scope: Environment) -> Any:
    """The value that plain Python gives."""
    data = {ROOTS_IN_PYTHON.get(name, name): value for name, value in scope.data().items()}
    functions = {
        **PYTHON_FUNCTIONS,
        "now": lambda: scope.names["__now__"],
        "health": scope.names["__health__"],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `0[1]` in a branch that is not taken
        return eval(source, {**functions, **data})


def same(one: Any, two: Any) -> bool:
    """Equal with equal types all the way down, keys in the same order; 0.0 and -0.0 differ."""
    if type(one) is not type(two):
        return False
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    return repr(one) == repr(two)
