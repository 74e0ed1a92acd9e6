"""Which secrets a value reads: ``${{ secrets.NAME }}`` (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel

from workflow_ir.expressions import parse
from workflow_ir.values import ExprValue, Value, expressions_of

if TYPE_CHECKING:
    from workflow_ir.workflow import WorkflowIR


def secrets_in(value: Value | None) -> Iterator[str]:
    """The names of the secrets, in written order."""
    for expression in expressions_of(value):
        yield from _named_in(expression)


def secrets_of(ir: WorkflowIR) -> tuple[str, ...]:
    """The names of all secrets that a workflow may read, its sub-melodies' too, sorted."""
    return tuple(sorted(set(_anywhere(ir))))


def _anywhere(part: object) -> Iterator[str]:
    match part:
        case ExprValue():
            yield from _named_in(part)
        case BaseModel():
            for field in type(part).model_fields:
                yield from _anywhere(getattr(part, field))
        case tuple() | list():
            for item in part:
                yield from _anywhere(item)
        case dict():
            for item in part.values():
                yield from _anywhere(item)


def _named_in(expression: ExprValue) -> Iterator[str]:
    if "secrets" not in expression.source:
        return
    for reference in parse(expression.source).references:
        if reference.path[0] == "secrets" and len(reference.path) > 1:
            yield reference.path[1]
