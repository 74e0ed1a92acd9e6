"""MEL210: a ``set`` or a branch whose value cannot have its declared type."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.types import assignable, mismatch


def set_mismatch(subject: Subject) -> Iterator[Diagnostic]:
    """Compare what is written with what is declared under ``output``."""
    broken = {use.step for use in subject.uses if use.step and subject.typing.check(use).problems}
    for symbol in subject.symbols.steps:
        step = symbol.step
        if step.output is None or not isinstance(step.verb, syntax.Set) or symbol in broken:
            continue
        found = subject.typing.value(step.verb.value, symbol.home, symbol, "set")
        if not assignable(found, step.output.type):
            yield diagnose(
                "MEL210",
                f"the value does not fit the output: {mismatch(found, step.output.type)}",
                step.verb.value.span,
                notes=(Note(f"`{symbol.id}` declares its output", step.output.span),),
            )
