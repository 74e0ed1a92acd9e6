"""The places inside a step: scopes with a region of their own, opened and brought to their end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from conductor_core.failed import ScopeFailed, StepFault
from conductor_core.schedule.slots import Slots
from conductor_core.scope import ItemRun, MapRun, Names, RegionRun, ScopeRun, StepRun
from workflow_ir.ids import RegionPath, RunPath
from workflow_ir.plan import inside_address
from workflow_ir.result import StepRecord, StepStatus
from workflow_ir.steps import Scope

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


def open_map(frame: Frame, *, growing: bool = False) -> MapRun:
    """Let the node of a step know that it has places; ``growing``: more may come."""
    done = asyncio.get_running_loop().create_future()
    places = MapRun([], Slots(None), done, outer=frame.item_of, growing=growing)
    frame.place.map = places
    return places


def new_place(frame: Frame, path: RunPath, value: Any = None) -> ItemRun:
    """One more place of a step; it is no entry of the result."""
    places = frame.place.map
    assert places is not None
    score, turn = frame.place.rank
    index = len(places.items)
    rank = (score, (*turn, index))
    place = StepRun(frame.step.step, path, frame.scope, StepRecord(path), rank)
    item = ItemRun(index, value, place, hidden=True)
    places.items.append(item)
    return item


def open_region(run: Run, frame: Frame, item: ItemRun, name: str = "") -> RegionRun:
    """The region of a place; its graph is the one below the step's node."""
    child = frame.region.region.children[inside_address(frame.step.step, name)]
    path = item.place.path
    if str(path) == str(
        frame.region.path
    ):  # the inside of an item, which has a region of that path itself
        path = RunPath(f"{path}~inside")
    region = item.region = RegionRun(RegionPath(path), child, frame.region)
    run.open_region(region)
    return region


def open_scope(
    run: Run,
    frame: Frame,
    item: ItemRun,
    scope: Scope,
    *,
    prefix: str,
    name: str = "",
    names: Names | None = None,
) -> ScopeRun:
    """Open a place's region and the scope inside it; ``names`` replaces what the step sees."""
    region = open_region(run, frame, item, name)
    return run.open_scope(
        scope,
        prefix=prefix,
        region=region,
        parent=frame.scope,
        names=frame.env if names is None else names,
        place=item.place.rank[1],
        of=frame.place.map,
        purse=frame.purse,
        in_map=frame.in_map,
        urgent=frame.urgent,
    )


async def complete(run: Run, item: ItemRun, inner: ScopeRun) -> None:
    """Wait for the end of a place's scope. The place has settled then, whatever happened.

    Raises:
        StepFault: A step inside has failed.
        asyncio.CancelledError: The place is not wanted any more; all of it was awaited.
    """
    place = item.place
    place.inner = inner
    place.opened.set()
    try:
        await run.complete(inner)
        place.record.status = StepStatus.RECOVERED if inner.recovered() else StepStatus.SUCCEEDED
    except ScopeFailed as problem:
        place.record.status, place.record.error = StepStatus.FAILED, problem.error
        place.failed_at = problem.path
        raise StepFault(problem.error, inside=problem.path) from None
    except asyncio.CancelledError:
        place.record.status = StepStatus.CANCELLED
        raise
    finally:
        if item.region is not None:
            run.close_region(item.region, failed=not place.record.status.ok)
        let_go(item)


def let_go(item: ItemRun) -> None:
    """Whoever waits for a place need not wait any longer."""
    item.place.opened.set()
    item.place.settled.set()


def finished(inner: ScopeRun) -> StepStatus:
    """The status of a container: never a gap by inheritance (spec 8, Results)."""
    return StepStatus.RECOVERED if inner.recovered() else StepStatus.SUCCEEDED
