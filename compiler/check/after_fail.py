"""MEL208: a step that waits for one that always fails."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.dependencies import Read
from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def after_fail(subject: Subject) -> Iterator[Diagnostic]:
    """What depends on a ``fail`` without ``when`` never starts; told once for each ``fail``."""
    always = [step for step in subject.symbols.steps if _always_fails(step)]
    if not always:
        return
    strict: dict[StepSymbol, list[Read]] = {}
    for reads in subject.dependencies.of_step.values():
        for read in reads:
            if not read.guarded or read.ordering:
                strict.setdefault(read.target, []).append(read)
    for step in always:
        if step not in strict:
            continue
        first, *others = sorted(strict[step], key=lambda read: read.span)
        yield diagnose(
            "MEL208",
            f"this can never run: it waits for `{step.id}`, which always fails",
            first.span,
            notes=(
                Note(f"`{step.id}` fails", step.step.verb_span),
                *(Note("this neither", read.span) for read in others if read.span != first.span),
            ),
            help=f"give `{step.id}` a `when`, or let this not depend on it",
        )


def _always_fails(step: StepSymbol) -> bool:
    return isinstance(step.step.verb, syntax.Fail) and step.step.when is None
