"""MEL229: ``reconstruct.from`` is not what another step gave."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span


def reconstruct_source(subject: Subject) -> Iterator[Diagnostic]:
    """A missing value is made from a later or independent artifact (spec 4), so one is named."""
    for symbol in subject.symbols.steps:
        made = symbol.step.reconstruct
        if made is None or subject.doubt.blurs(symbol):
            continue
        uses = [use for use in subject.uses_of_step(symbol) if use.field == "reconstruct"]
        if any(subject.typing.check(use).problems for use in uses):
            continue
        read = [one.path for use in uses for one in use.expr.expression.references]
        sources = [path[1] for path in read if path[0] == "steps" and len(path) > 1]
        if not sources:
            yield _told("this reads no step's output", made.source.span)
        elif symbol.id in sources and symbol.home.find(symbol.id) is symbol:
            yield _told("a step cannot be made from its own missing output", made.source.span)


def _told(fact: str, span: Span) -> Diagnostic:
    return diagnose(
        "MEL229",
        fact,
        span,
        help="write `from: ${{ steps.ID.output }}` with a step whose output holds what is needed",
    )
