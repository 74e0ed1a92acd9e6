"""``set``: pure data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Set

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def set_(run: Run, verb: Set, frame: Frame) -> None:
    """Evaluate the value; it must meet the output schema if one was written."""
    output = run.stage.evaluator.value(verb.value)(frame.env)
    if frame.guard is not None and frame.guard.output is not None:
        violations = run.stage.evaluator.check(frame.guard.output)(output)
        if violations:
            first = violations[0]
            frame.record.status = StepStatus.FAILED
            frame.record.error = StandardError.of(
                "output.schema",
                f"the value does not meet its schema: {first.path}: {first.message}",
                origin="conductor",
            )
            return
    frame.record.output = output
    frame.record.status = StepStatus.SUCCEEDED
