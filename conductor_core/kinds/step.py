"""One step from its start to its outcome: ``when``, then the map or the verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from conductor_core.kinds.approval import approval
from conductor_core.kinds.branch import branch
from conductor_core.kinds.call import call
from conductor_core.kinds.contained import contained
from conductor_core.kinds.fail import fail
from conductor_core.kinds.for_each import for_each
from conductor_core.kinds.frame import Frame
from conductor_core.kinds.group import group
from conductor_core.kinds.parallel import parallel
from conductor_core.kinds.play import play
from conductor_core.kinds.repeat import repeat
from conductor_core.kinds.require import require
from conductor_core.kinds.set_ import set_
from conductor_core.kinds.settling_faults import settling_faults
from conductor_core.kinds.wait import wait
from conductor_core.kinds.window import window
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.result import StepStatus
from workflow_ir.steps import (
    Approval,
    Branch,
    Call,
    Fail,
    Group,
    Parallel,
    Play,
    Repeat,
    Set,
    Wait,
    When,
)

if TYPE_CHECKING:
    from conductor_core.run import Run
    from conductor_core.scope import StepRun

VERBS: dict[type, Callable[[Run, Any, Frame], Awaitable[None]]] = {
    Play: play,
    Set: set_,
    Branch: branch,
    Group: group,
    Parallel: parallel,
    Repeat: repeat,
    Call: call,
    Approval: approval,
    Wait: wait,
    Fail: fail,
}
"""The handler of each verb; a test holds that every verb of the IR has one."""


async def conduct(run: Run, step: StepRun) -> None:
    """Bring one step to its outcome, written into its record."""
    record, stage = step.record, run.stage
    record.status = StepStatus.RUNNING
    if run.midway is None or step.path not in run.midway.begun:
        stage.emit(EventKind.STEP_STARTED, step.path)
    when, open_at, required, each, guard, verb = run.layers(step.step)
    home = step.home
    env = home.env(stage.clock.now())
    frame = Frame(step, step, step.path, record, home, home.region, env, guard)
    async with settling_faults(run, frame):
        decided = record.branch is not None  # recalled: what was decided is not decided again
        if when is not None and not decided and not _holds(run, when, frame):
            record.status = StepStatus.SKIPPED
            return
        if open_at is not None:
            await window(run, open_at, frame)
        if required is not None:
            await require(run, required, frame)
        if each is not None:
            await for_each(run, each, step, frame)
        else:
            await contained(run, verb, frame)
    if each is None:  # what undoes a step undoes each item of a map by itself
        run.undoing.remember(frame)


def _holds(run: Run, when: When, frame: Frame) -> bool:
    holds = run.stage.evaluator.value(when.condition)(frame.env)
    if not isinstance(holds, bool):
        raise EvaluationError("expression.type", f"`when` gave no boolean: {when.condition.source}")
    return holds
