"""Scopes as written to scopes of the IR."""

from __future__ import annotations

from compiler.analysis.symbols import ScopeSymbol
from compiler.lower.context import Context
from compiler.lower.dependencies import lower_dependencies
from compiler.lower.values import lower_value
from workflow_ir.steps import Scope
from workflow_ir.values import Value


def lower_scope(scope: ScopeSymbol, result: Value | None, context: Context) -> Scope:
    """A scope with its steps in file order."""
    from compiler.lower.steps import lower_step  # a step holds scopes, and a scope holds steps

    return Scope(
        steps=tuple(lower_step(step, context) for step in scope.steps.values()),
        result=result,
        depends=lower_dependencies(context.dependencies.of_result.get(scope, ())),
    )


def lower_inner(scope: ScopeSymbol, context: Context) -> Scope:
    """A scope inside a step, with the result that is written in it."""
    written = scope.syntax
    assert written is not None  # only the top has none
    result = None if written.result is None else lower_value(written.result)
    return lower_scope(scope, result, context)
