"""The expression language: a strict subset of Python's expressions over JSON data (spec 2, 8)."""

from __future__ import annotations

from workflow_ir.expressions.canonical import canonical
from workflow_ir.expressions.errors import EvaluationError, ExpressionError
from workflow_ir.expressions.evaluate import compile
from workflow_ir.expressions.parse import Expression, parse
from workflow_ir.expressions.problem import Problem
from workflow_ir.expressions.references import Reference
from workflow_ir.expressions.step_view import step_type
from workflow_ir.expressions.template import (
    Slot,
    Template,
    TemplateError,
    compile_template,
    parse_template,
    render,
)
from workflow_ir.expressions.typecheck import Checked, check, check_boolean

__all__ = [
    "Checked", "EvaluationError", "Expression", "ExpressionError", "Problem", "Reference", "Slot",
    "Template", "TemplateError", "canonical", "check", "check_boolean", "compile",
    "compile_template", "parse", "parse_template", "render", "step_type",
]  # fmt: skip
