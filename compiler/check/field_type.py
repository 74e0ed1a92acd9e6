"""MEL210: a field that takes one type only is given another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from compiler.analysis.symbols import StepSymbol
from compiler.analysis.uses import Field
from compiler.check.subject import Subject
from compiler.check.wording import conversion_help
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.types import Number, String, Type, assignable, describe

MOMENT = "write a moment like `2030-01-31T08:00:00Z`"


def field_type(subject: Subject) -> Iterator[Diagnostic]:
    """``wait: {until: …}`` is a moment as text, ``gate: {score: …}`` a number."""
    for symbol in subject.symbols.steps:
        verb, gate = symbol.step.verb, symbol.step.gate
        if isinstance(verb, syntax.Wait) and verb.until is not None:
            yield from _typed(subject, symbol, verb.until, "wait", String(), "`until`")
            yield from _moment(verb.until)
        if gate is not None and gate.score is not None:
            yield from _typed(subject, symbol, gate.score, "score", Number(), "`score`")


def _typed(
    subject: Subject,
    symbol: StepSymbol,
    value: syntax.Value,
    field: Field,
    wanted: Type,
    what: str,
) -> Iterator[Diagnostic]:
    found = subject.typing.sound_value(value, symbol.home, symbol, field)
    if found is not None and not assignable(found, wanted):
        yield diagnose(
            "MEL210",
            f"{what} needs a {describe(wanted)}, and this is {describe(found)}",
            value.span,
            help=conversion_help(found, wanted, value),
        )


def _moment(value: syntax.Value) -> Iterator[Diagnostic]:
    """Of a written text: that it is a moment; one without a zone is UTC."""
    if not isinstance(value, syntax.Literal) or not isinstance(value.value, str):
        return
    try:
        datetime.fromisoformat(value.value)
    except ValueError:
        yield diagnose("MEL210", f"`{value.value[:60]}` is no moment", value.span, help=MOMENT)
