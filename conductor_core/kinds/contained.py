"""A scope that may fail or run out of time as a whole: its guard stands round all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.border import admit
from conductor_core.clock.within import TimeIsOver, within
from conductor_core.failed import StepFault
from conductor_core.failure.purse import Purse
from conductor_core.gate import gate_error
from conductor_core.kinds.inside import let_go, new_place, open_map, open_region
from workflow_ir.outcome import StandardError
from workflow_ir.plan import is_flat_branch
from workflow_ir.result import StepStatus
from workflow_ir.steps import Branch, Guard, Play, Verb, holds_scopes

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def contained(run: Run, verb: Verb, frame: Frame) -> None:
    """Perform a verb; its guard's limits, schema and gate hold for all of it.

    A player's own guard is kept by ``perform``, attempt by attempt.

    Raises:
        StepFault: What the guard finds wrong; its ladder is asked by the caller.
    """
    guard = frame.guard
    if guard is None or isinstance(verb, Play):
        await run.perform_verb(verb, frame)
        return
    if holds_scopes(verb):
        await _limited(run, verb, frame, guard)
    else:
        await run.perform_verb(verb, frame)
    if frame.record.status.ok:
        _judge(run, guard, frame)


async def _inside(run: Run, verb: Verb, frame: Frame) -> None:
    """A guarded branch has a graph of its own below its node, as every other scope has."""
    own_graph = isinstance(verb, Branch) and not is_flat_branch(frame.step.step)
    if not own_graph or frame.in_own_region:
        await run.perform_verb(verb, frame)
        return
    open_map(frame)
    item = new_place(frame, frame.path)
    item.place.record = frame.record  # its nodes read the decision there
    region = open_region(run, frame, item)
    region.steps[frame.step.step.address] = item.place
    frame.place.opened.set()
    try:
        await run.perform_verb(verb, frame.within(item.place, region))
    finally:
        run.close_region(region, failed=not _walked(frame.record.status))
        let_go(item)


def _walked(status: StepStatus) -> bool:
    """The region was gone through to its end: an arm has succeeded, or none was taken."""
    return status.ok or status is StepStatus.SKIPPED


async def _limited(run: Run, verb: Verb, frame: Frame, guard: Guard) -> None:
    """Cancel what is inside when its time is over; what it spends comes out of its own purse."""
    clock, policy = run.stage.clock, guard.policy
    seconds, over = policy.timeout_s, None
    if seconds is not None:
        text = f"step {frame.path!r} took longer than {seconds:g} s"
        over = StandardError.of("timeout.attempt", text, origin="conductor", policy_limit="timeout")
    if policy.budget is not None:
        purse = Purse(policy.budget, f"step {frame.path!r}", clock.now(), frame.purse)
        frame.paid_by = purse
        wall = policy.budget.wall_s
        if wall is not None and (seconds is None or wall <= seconds):
            cutoff = purse.cutoff()
            assert cutoff is not None
            seconds, over = wall, cutoff.error()
    if seconds is None or over is None:
        await _inside(run, verb, frame)
        return
    try:
        await within(seconds, clock.alarm, _inside(run, verb, frame))
    except TimeIsOver:
        raise StepFault(over) from None


def _judge(run: Run, guard: Guard, frame: Frame) -> None:
    record = frame.record
    record.output = admit(record.output, guard.output, run.stage.evaluator)
    error = gate_error(guard, record.output, frame.env, frame.path, run.stage)
    if error is not None:
        raise StepFault(error)
