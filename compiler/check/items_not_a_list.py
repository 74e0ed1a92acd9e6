"""MEL210: ``for_each`` over something that is no list."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.types import Json, ListOf, describe
from workflow_ir.types.model import stripped


def items_not_a_list(subject: Subject) -> Iterator[Diagnostic]:
    """The type of what ``for_each`` is given, where it is known."""
    wrong = {
        use.expr.span
        for use in subject.uses
        if use.field == "for_each" and subject.typing.check(use).problems
    }
    for symbol in subject.symbols.steps:
        each = symbol.step.for_each
        if each is None or each.items.span in wrong:
            continue
        if any(place.line == each.items.span.line for place in wrong):
            continue
        found = stripped(subject.typing.value(each.items, symbol.home, symbol, "for_each"))
        if not isinstance(found, ListOf | Json):
            yield diagnose(
                "MEL210",
                f"`for_each` needs a list, and this is {describe(found)}",
                each.items.span,
                help="give it a list; `keys(…)` and `values(…)` make one of a map",
            )
