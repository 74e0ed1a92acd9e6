"""Words of the language that a program gives as text: how strongly they bind."""

from __future__ import annotations

import ast

from melody.builder.places import span_of_line
from melody.builder.python_source import calling_site
from melody.builder.spelling import Spelling, Strength
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.expressions import ExpressionError, parse


def read_spelling(source: str) -> Spelling:
    """The spelling of an expression.

    Raises:
        DiagnosticsError: MEL120: the language cannot read it.
    """
    try:
        tree = parse(source).tree
    except ExpressionError as error:
        place = span_of_line(calling_site())
        fact = f"`{source[:60]}` is no expression: {error.message}"
        raise DiagnosticsError([diagnose("MEL120", fact, place, help=error.help)]) from None
    return Spelling(source, _strength(tree), is_loop=isinstance(tree, ast.ListComp))


def _strength(tree: ast.expr) -> Strength:
    match tree:
        case ast.IfExp():
            return Strength.CHOICE
        case ast.BoolOp(op=ast.Or()):
            return Strength.OR
        case ast.BoolOp():
            return Strength.AND
        case ast.UnaryOp(op=ast.Not()):
            return Strength.NOT
        case ast.UnaryOp() | ast.Constant(value=int() | float()):
            return Strength.SIGN
        case ast.Compare():
            return Strength.COMPARISON
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return Strength.SUM
        case ast.BinOp():
            return Strength.PRODUCT
    return Strength.WHOLE
