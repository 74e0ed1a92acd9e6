"""MEL208: a step that can never run, since its condition is constantly false."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.uses import Use
from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.expressions import EvaluationError
from workflow_ir.expressions import compile as compile_expression


def constant_condition(subject: Subject) -> Iterator[Diagnostic]:
    """Conditions without any name in them that come out false."""
    for use in subject.uses:
        if use.field in ("when", "arm") and _always_false(use):
            what = "arm" if use.field == "arm" else "step"
            yield diagnose(
                "MEL208",
                f"this {what} can never run: its condition is always false",
                use.expr.span,
                help=f"remove the {what}, or let the condition depend on something",
            )


def _always_false(use: Use) -> bool:
    if use.expr.expression.references or "now(" in use.expr.source:
        return False
    try:
        return compile_expression(use.expr.expression)({}) is False
    except EvaluationError:
        return False
