"""MEL212: an inner name hides an outer one (spec 2, Scoping)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note

_RESERVED = frozenset({"inputs", "steps", "output", "index", "with", "players", "secrets"})


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
        each = symbol.step.for_each
        if each is None:
            continue
        name = "item" if each.as_ is None else each.as_.value
        span = each.span if each.as_ is None else each.as_.span
        if name in _RESERVED:
            yield diagnose(
                "MEL212",
                f"`as: {name}` hides `{name}`",
                span,
                help="give the item another name, like `as: row`",
            )
        around = [step for step in symbol.maps() if step is not symbol]
        for step in around:
            other = step.step.for_each
            assert other is not None
            if name == ("item" if other.as_ is None else other.as_.value):
                yield diagnose(
                    "MEL212",
                    f"the items of both maps are called `{name}`",
                    span,
                    notes=(Note("the outer map stands", other.span),),
                    help="give one of them another name with `as:`",
                )
