"""``branch``: take the first arm whose condition holds, conduct its scope, read its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.failed import ScopeFailed
from workflow_ir.events import EventKind
from workflow_ir.ids import within
from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Arm, Branch

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def branch(run: Run, verb: Branch, frame: Frame) -> None:
    """Conduct one branch. Without an arm that holds it is skipped (spec 8, Verbs)."""
    record = frame.record
    arm = _choose(run, verb, frame)
    if isinstance(arm, StandardError):
        record.status, record.error = StepStatus.FAILED, arm
        return
    taken = None if arm is None else arm.name
    run.stage.emit(EventKind.BRANCH_TAKEN, frame.path, arm=taken)
    if arm is None:
        record.status = StepStatus.SKIPPED
        return
    record.branch = arm.name
    inner = run.open_scope(
        arm.scope,
        prefix=within(frame.path, arm.name),
        region=frame.region,
        parent=frame.scope,
        names=frame.env,
    )
    frame.place.inner = inner
    frame.place.opened.set()
    try:
        await run.complete(inner)
    except ScopeFailed as failed:
        record.status, record.error = StepStatus.FAILED, failed.error
        if frame.place is frame.step:
            frame.step.failed_at = failed.path
        return
    if arm.scope.result is not None:
        env = inner.env(frame.env.moment)
        record.output = run.stage.evaluator.value(arm.scope.result)(env)
    record.status = StepStatus.RECOVERED if inner.recovered() else StepStatus.SUCCEEDED


def _choose(run: Run, verb: Branch, frame: Frame) -> Arm | StandardError | None:
    recalled = frame.record.branch
    if recalled is not None:
        return next(arm for arm in verb.arms if arm.name == recalled)
    for arm in verb.arms:
        if arm.when is None:
            return arm
        holds = run.stage.evaluator.value(arm.when)(frame.env)
        if holds is True:
            return arm
        if holds is not False:
            return StandardError.of(
                "expression.type",
                f"`when` of arm {arm.name!r} gave no boolean: {arm.when.source}",
                origin="conductor",
            )
    return None
