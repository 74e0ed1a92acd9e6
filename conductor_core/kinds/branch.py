"""``branch``: take the first arm whose condition holds, conduct its scope, read its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.failed import ScopeFailed, StepFault
from conductor_core.kinds.inside import finished
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.ids import within
from workflow_ir.result import StepStatus
from workflow_ir.steps import Arm, Branch

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def branch(run: Run, verb: Branch, frame: Frame) -> None:
    """Conduct one branch. Without an arm that holds it is skipped (spec 8, Verbs)."""
    record = frame.record
    arm = _choose(run, verb, frame)
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
        place=frame.place.rank[1],
        of=frame.item_of,
        purse=frame.purse,
        in_map=frame.in_map,
        urgent=frame.urgent,
    )
    frame.place.inner = inner
    frame.place.opened.set()
    try:
        await run.complete(inner)
    except ScopeFailed as failed:
        raise StepFault(failed.error, inside=failed.path) from None
    if arm.scope.result is not None:
        env = inner.env(frame.env.moment)
        record.output = run.stage.evaluator.value(arm.scope.result)(env)
    record.status = finished(inner)


def _choose(run: Run, verb: Branch, frame: Frame) -> Arm | None:
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
            raise EvaluationError(
                "expression.type", f"`when` of arm {arm.name!r} gave no boolean: {arm.when.source}"
            )
    return None
