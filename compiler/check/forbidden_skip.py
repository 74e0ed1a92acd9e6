"""MEL403: ``skip`` written at a step that matters too much to be skipped (spec 8)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.outputs import skips_of
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.policy import Importance, Rung
from workflow_ir.span import Span


def forbidden_skip(subject: Subject) -> Iterator[Diagnostic]:
    """High and critical steps fail instead, whichever key says ``skip``.

    What a pack says of ``skip`` does not apply to them.
    """
    for symbol in subject.symbols.steps:
        step = symbol.step
        first = next(iter(subject.symbols.players_of(step)), None)
        importance = step.importance or (first.importance if first is not None else None)
        if importance is None or importance.value not in (Importance.HIGH, Importance.CRITICAL):
            continue
        for place in _skips(step):
            yield diagnose(
                "MEL403",
                f"step `{symbol.id}` is {importance.value.value} and must not be skipped",
                place,
                notes=(Note("its importance is set", importance.span),),
                help="remove `skip`, or lower the importance",
            )


def _skips(step: syntax.Step) -> Iterator[Span]:
    """Where ``skip`` is written at a step."""
    rungs = [*(step.on_failure or ()), *((step.gate.on_fail or ()) if step.gate else ())]
    yield from (rung.span for rung in rungs if rung.value is Rung.SKIP)
    yield from skips_of(step.policy)
