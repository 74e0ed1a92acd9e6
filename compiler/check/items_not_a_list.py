"""MEL210: ``for_each`` over something that is no list."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.types import Json, ListOf, describe
from workflow_ir.types.model import may_be_null, stripped, without_null


def items_not_a_list(subject: Subject) -> Iterator[Diagnostic]:
    """The type of what ``for_each`` is given, where it is known."""
    for symbol in subject.symbols.steps:
        each = symbol.step.for_each
        if each is None:
            continue
        uses = (use for use in subject.uses_of_step(symbol) if use.field == "for_each")
        if any(subject.typing.check(use).problems for use in uses):
            continue
        found = stripped(subject.typing.value(each.items, symbol.home, symbol, "for_each"))
        if isinstance(found, ListOf | Json):
            continue
        help_ = "give it a list; `keys(…)` and `values(…)` make one of a map"
        if may_be_null(found) and isinstance(stripped(without_null(found)), ListOf):
            help_ = "write `default(…, [])` round it"
        yield diagnose(
            "MEL210",
            f"`for_each` needs a list, and this is {describe(found)}",
            each.items.span,
            help=help_,
        )
