"""``fail``: ends the enclosing scope as failed, with a code of the author's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Fail
from workflow_ir.taxonomy import Effects, ErrorClass, FaultDomain, Retryable

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def fail(run: Run, verb: Fail, frame: Frame) -> None:
    """Fail with the written code: class permanent, layer user (spec 8, Verbs).

    The step's own ladder is not asked: what recovers is the ``on_failure`` of the scope around it.
    """
    message = None if verb.message is None else run.stage.evaluator.value(verb.message)(frame.env)
    frame.record.status = StepStatus.FAILED
    frame.record.error = StandardError(
        code=verb.error,
        error_class=ErrorClass.PERMANENT,
        message=verb.error if message is None else run.text(message),
        layer="user",
        origin="user",
        retryable=Retryable.NO,
        effects=Effects.NONE,
        fault_domain=FaultDomain.TASK,
    )
