"""MEL208: a step that can never run, since its condition is constantly false."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.expressions import EvaluationError, Expression
from workflow_ir.expressions import compile as compile_expression

ASKED_FIRST = {"when": "step", "require": "step", "arm": "arm", "while": "loop"}
"""Fields that decide whether something runs at all, and what."""


def constant_condition(subject: Subject) -> Iterator[Diagnostic]:
    """Conditions without any name in them that come out false."""
    for use in subject.uses:
        what = ASKED_FIRST.get(use.field)
        if what is not None and constant(use.expr.expression) is False:
            yield diagnose(
                "MEL208",
                f"this {what} can never run: its condition is always false",
                use.expr.span,
                help=f"remove the {what}, or let the condition depend on something",
            )


def constant(expression: Expression) -> object:
    """The value of an expression that reads nothing; None where it reads or cannot be evaluated."""
    if expression.references or any(_asks(node) for node in ast.walk(expression.tree)):
        return None
    try:
        return compile_expression(expression)({})
    except EvaluationError:
        return None


def _asks(node: ast.AST) -> bool:
    """The functions whose answer is known at run time only."""
    return isinstance(node, ast.Name) and node.id in ("now", "health")
