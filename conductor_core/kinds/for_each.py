"""``for_each``: one performance an item, under the map's own limit and threshold (spec 8)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from conductor_core.kinds.contained import contained
from conductor_core.kinds.frame import Frame
from conductor_core.kinds.inside import let_go
from conductor_core.kinds.settling_faults import settling_faults
from conductor_core.kinds.threshold_error import threshold_error
from conductor_core.pipeline.once import cancelled_by_run
from conductor_core.schedule.slots import Slots
from conductor_core.schedule.threshold import verdict
from conductor_core.scope import ItemRun, MapRun, RegionRun, StepRun
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.ids import RegionPath, item_path
from workflow_ir.result import StepRecord, StepStatus
from workflow_ir.steps import ForEach

if TYPE_CHECKING:
    from conductor_core.run import Run


async def for_each(run: Run, each: ForEach, step: StepRun, frame: Frame) -> None:
    """Conduct a map: open its items, wait for the verdict, cancel what is not needed."""
    values = run.stage.evaluator.value(each.items)(frame.env)
    if not isinstance(values, list):
        raise EvaluationError("expression.type", "`for_each` needs a list")
    items = [_item(step, index, value) for index, value in enumerate(values)]
    done = asyncio.get_running_loop().create_future()
    step.map = places = MapRun(items, Slots(each.concurrency), done)
    step.opened.set()
    alarm = None
    if each.barrier_timeout_s is not None:
        alarm = run.stage.clock.alarm(each.barrier_timeout_s, partial(_sound, run, places))
    try:
        if _verdict(each, places) == "open":
            if run.eager or frame.urgent:
                for item in items:
                    start_item(run, step, item)
            await run.stage.park(places.done)
    finally:
        if alarm is not None:
            alarm.cancel()
        await _cancel(run, items)
    _conclude(run, each, step, places)


def _sound(run: Run, places: MapRun) -> None:
    """The time of the sync point is over: whoever is not there is not waited for."""
    places.late = run.stage.wake(places.done)


def start_item(run: Run, step: StepRun, item: ItemRun) -> None:
    """Begin one item; in graph mode the framework's task does it."""
    run.stage.clock.hold()
    item.place.task = asyncio.get_running_loop().create_task(_perform_item(run, step, item))


def _item(step: StepRun, index: int, value: Any) -> ItemRun:
    path = item_path(step.path, index)
    score, place = step.rank
    item = StepRun(step.step, path, step.home, StepRecord(path), (score, (*place, index)))
    return ItemRun(index, value, item)


async def _perform_item(run: Run, step: StepRun, item: ItemRun) -> None:
    item.place.began = True
    record = item.place.record
    try:
        try:
            await _conduct_item(run, step, item)
        except asyncio.CancelledError:
            began = record.status is not StepStatus.PENDING
            if began and not record.status.settled and not run.pause.paused:
                _mark_cancelled(record)
        if record.status.settled:
            run.finished(record.path, record)
    except Exception as bug:  # noqa: BLE001  a bug of ours: the run must not wait for ever
        run.broke(bug)
    finally:
        end_item(run, step, item)
        run.stage.clock.release()


async def _conduct_item(run: Run, step: StepRun, item: ItemRun) -> None:
    """Wait for a place, then perform the verb with the item in scope."""
    *_, each, guard, _ = run.layers(step.step)
    assert each is not None
    assert step.map is not None
    home, place = step.home, item.place
    await run.stage.enter(step.map.slots, place.rank, lambda: run.wants(home, step.map))
    try:
        place.record.status = StepStatus.RUNNING
        run.stage.emit(EventKind.STEP_STARTED, place.path)
        env = home.env(run.stage.clock.now())
        env[each.as_] = item.value
        env["index"] = item.index
        env[f"{each.as_}_index"] = item.index
        region = home.region
        child = home.region.region.children.get(step.step.address)
        if child is not None:
            region = item.region = RegionRun(RegionPath(place.path), child, home.region)
            region.steps[step.step.address] = place
            run.open_region(region)
        frame = Frame(
            step, place, place.path, place.record, home, region, env, guard, item_of=step.map
        )
        async with settling_faults(run, frame):
            await contained(run, run.layers(step.step).verb, frame)
        run.undoing.remember(frame)
    finally:
        step.map.slots.leave()


def end_item(run: Run, step: StepRun, item: ItemRun) -> None:
    """Count an item that has come to its end and let go who waits for it."""
    places, each = step.map, run.layers(step.step).each
    assert places is not None
    assert each is not None
    record = item.place.record
    if item.region is not None:
        settled = record.status.ok or record.status is StepStatus.SKIPPED
        walked = settled and not item.place.cut
        run.close_region(item.region, failed=not walked)
    if _kept(record):
        places.kept += 1
    elif record.status is not StepStatus.PENDING:
        places.lost += 1
    let_go(item)
    if _verdict(each, places) != "open":
        run.stage.wake(places.done)


def _verdict(each: ForEach, places: MapRun) -> str:
    return verdict(each.succeed_if, len(places.items), succeeded=places.kept, failed=places.lost)


def _kept(record: StepRecord) -> bool:
    """The place does not count against the threshold: a written gap was accepted in advance."""
    return record.status.ok or record.status in (StepStatus.GAP, StepStatus.SKIPPED)


async def _cancel(run: Run, items: list[ItemRun]) -> None:
    """Cancel and await the items that are not needed any more."""
    try:
        await run.cancel(item.place for item in items)
    finally:
        for item in items:
            let_go(item)


def _mark_cancelled(record: StepRecord) -> None:
    record.status = StepStatus.CANCELLED
    record.error = cancelled_by_run()


def _conclude(run: Run, each: ForEach, step: StepRun, mapped: MapRun) -> None:
    record, items = step.record, mapped.items
    lost = len(items) - mapped.kept if mapped.late else mapped.lost
    reached = verdict(each.succeed_if, len(items), succeeded=mapped.kept, failed=lost) == "reached"
    places = [item.place for item in items]
    for place in places:
        if not place.record.status.settled:
            _mark_cancelled(place.record)
            run.finished(place.path, place.record)
    failures = [item for item in items if item.place.record.status is StepStatus.FAILED]
    record.failed = [item.index for item in failures]
    record.succeeded = sum(1 for place in places if place.record.status.ok)
    if not reached:
        record.status = StepStatus.FAILED
        record.error = threshold_error(mapped, failures)
        return
    record.output = [place.record.output if place.record.status.ok else None for place in places]
    recovered = any(place.record.status is StepStatus.RECOVERED for place in places)
    record.status = StepStatus.RECOVERED if recovered else StepStatus.SUCCEEDED
