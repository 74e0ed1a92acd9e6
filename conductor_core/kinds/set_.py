"""``set``: pure data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ir.result import StepStatus
from workflow_ir.steps import Set

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def set_(run: Run, verb: Set, frame: Frame) -> None:
    """Evaluate the value."""
    frame.record.output = run.stage.evaluator.value(verb.value)(frame.env)
    frame.record.status = StepStatus.SUCCEEDED
