"""MEL212: an inner name hides an outer one (spec 2, Scoping)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.expressions import ExpressionError, parse

ROOTS = frozenset({
    "inputs", "steps", "output", "index", "with", "players", "secrets", "iteration", "previous",
    "host",
})  # fmt: skip
"""Names that expressions begin with already."""


def shadowed_name(subject: Subject) -> Iterator[Diagnostic]:
    """Step ids inside arms, and the names that ``for_each`` gives its items."""
    for symbol in subject.symbols.steps:
        outer = symbol.home.parent.find(symbol.id) if symbol.home.parent is not None else None
        if outer is not None:
            yield diagnose(
                "MEL212",
                f"step `{symbol.id}` hides a step of the same name outside",
                symbol.step.id.span,
                notes=(Note(f"the other `{symbol.id}` stands", outer.step.id.span),),
                help="give one of them another name",
            )
        if symbol.step.for_each is not None:
            yield from _item(symbol, symbol.step.for_each)


def _item(symbol: StepSymbol, each: syntax.ForEach) -> Iterator[Diagnostic]:
    name = _item_name(each)
    span = each.span if each.as_ is None else each.as_.span
    if name in ROOTS:
        yield diagnose(
            "MEL212",
            f"`as: {name}` hides `{name}`",
            span,
            help="give the item another name, like `as: row`",
        )
    elif not _can_be_read(name):
        yield diagnose(
            "MEL212",
            f"`as: {name}` is a word of the expression language",
            span,
            help="give the item another name, like `as: row`",
        )
    for step in symbol.maps():
        other = step.step.for_each
        if step is symbol or other is None:
            continue
        taken = _item_name(other)
        both = {name, f"{name}_index"} & {taken, f"{taken}_index"}
        if both:
            yield diagnose(
                "MEL212",
                f"`{min(both, key=len)}` is a name of both maps",
                span,
                notes=(Note("the outer map stands", other.span),),
                help="give the items of one of them another name with `as:`",
            )


def _item_name(each: syntax.ForEach) -> str:
    return "item" if each.as_ is None else each.as_.value


def _can_be_read(name: str) -> bool:
    try:
        references = parse(name).references
    except ExpressionError:
        return False
    return [reference.path for reference in references] == [(name,)]
