"""MEL403: ``skip`` written at a step that matters too much to be skipped (spec 8)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.policy import Importance, Rung


def forbidden_skip(subject: Subject) -> Iterator[Diagnostic]:
    """High and critical steps fail instead, in ``on_failure`` and in a gate's ``on_fail``."""
    for symbol in subject.symbols.steps:
        step = symbol.step
        player = subject.symbols.player_of(step)
        importance = step.importance or (player.importance if player is not None else None)
        if importance is None or importance.value not in (Importance.HIGH, Importance.CRITICAL):
            continue
        rungs = [*(step.on_failure or ()), *((step.gate.on_fail or ()) if step.gate else ())]
        for rung in rungs:
            if rung.value is Rung.SKIP:
                yield diagnose(
                    "MEL403",
                    f"step `{symbol.id}` is {importance.value.value} and must not be skipped",
                    rung.span,
                    notes=(Note("its importance is set", importance.span),),
                    help="remove `skip`, or lower the importance",
                )
