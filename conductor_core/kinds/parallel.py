"""``parallel``: named sides that meet at a sync point, under a threshold (spec 8)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from conductor_core.failed import StepFault
from conductor_core.kinds.inside import complete, let_go, new_place, open_map, open_scope
from conductor_core.kinds.threshold_error import threshold_error
from conductor_core.schedule.threshold import verdict
from workflow_ir.expressions import EvaluationError
from workflow_ir.ids import RunPath, within
from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Parallel, Side

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run
    from conductor_core.scope import ItemRun, MapRun


async def parallel(run: Run, verb: Parallel, frame: Frame) -> None:
    """Conduct all sides at once; the output is the map of their results, null where one failed."""
    places = open_map(frame)
    sides = [
        (side, new_place(frame, RunPath(within(frame.path, side.name)), side.name))
        for side in verb.sides
    ]
    frame.place.opened.set()
    alarm = None
    if verb.barrier_timeout_s is not None:
        alarm = run.stage.clock.alarm(verb.barrier_timeout_s, partial(_sound, run, places))
    try:
        if _verdict(verb, places) == "open":
            for side, item in sides:
                _start(run, verb, frame, side, item)
            await run.stage.park(places.done)
    finally:
        if alarm is not None:
            alarm.cancel()
        try:
            await run.cancel(item.place for _, item in sides)
        finally:
            for _, item in sides:
                let_go(item)
    _conclude(verb, frame, places)


def _sound(run: Run, places: MapRun) -> None:
    """The barrier's time is over: whoever is not there is not waited for."""
    places.late = run.stage.wake(places.done)


def _start(run: Run, verb: Parallel, frame: Frame, side: Side, item: ItemRun) -> None:
    run.stage.clock.hold()
    task = _perform_side(run, verb, frame, side, item)
    item.place.task = asyncio.get_running_loop().create_task(task)


async def _perform_side(run: Run, verb: Parallel, frame: Frame, side: Side, item: ItemRun) -> None:
    place = item.place
    place.began = True
    try:
        try:
            await _conduct_side(run, frame, side, item)
        except EvaluationError as fault:
            error = StandardError.of(fault.code, f"side {side.name!r}: {fault}", origin="conductor")
            place.record.status, place.record.error = StepStatus.FAILED, error
        except StepFault as fault:
            place.record.status, place.record.error = StepStatus.FAILED, fault.error
        except asyncio.CancelledError:
            place.record.status = StepStatus.CANCELLED
    except Exception as bug:  # noqa: BLE001  a bug of ours: the run must not wait for ever
        run.broke(bug)
    finally:
        _count(run, verb, frame, item)
        run.stage.clock.release()


async def _conduct_side(run: Run, frame: Frame, side: Side, item: ItemRun) -> None:
    place = item.place
    inner = open_scope(run, frame, item, side.scope, prefix=place.path, name=side.name)
    await complete(run, item, inner)
    if side.scope.result is not None:
        env = inner.env(frame.env.moment)
        place.record.output = run.stage.evaluator.value(side.scope.result)(env)


def _count(run: Run, verb: Parallel, frame: Frame, item: ItemRun) -> None:
    """Count a side that has come to its end and let go who waits for it."""
    places = frame.place.map
    assert places is not None
    if item.place.record.status.ok:
        places.kept += 1
    else:
        places.lost += 1
    let_go(item)
    if _verdict(verb, places) != "open":
        run.stage.wake(places.done)


def _verdict(verb: Parallel, places: MapRun) -> str:
    return verdict(verb.succeed_if, len(verb.sides), succeeded=places.kept, failed=places.lost)


def _conclude(verb: Parallel, frame: Frame, places: MapRun) -> None:
    """What was cancelled since it was not needed any more is no failure."""
    record, items = frame.record, places.items
    failures = [item for item in items if item.place.record.status is StepStatus.FAILED]
    kept = [item for item in items if item.place.record.status.ok]
    record.failed = [str(item.value) for item in failures]
    record.succeeded = len(kept)
    # Only what came in time counts: after the barrier's time the others were cancelled.
    reached = verdict(
        verb.succeed_if, len(items), succeeded=len(kept), failed=len(items) - len(kept)
    )
    if reached != "reached":
        raise StepFault(threshold_error(places, failures))
    record.output = {
        str(item.value): item.place.record.output if item.place.record.status.ok else None
        for item in items
    }
    recovered = any(item.place.record.status is StepStatus.RECOVERED for item in kept)
    record.status = StepStatus.RECOVERED if recovered else StepStatus.SUCCEEDED
