"""How a backend's nodes come in: one call for each kind of node (``workflow_ir.plan``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from conductor_core.failed import HostFault, RegionEnded
from conductor_core.kinds.for_each import start_item
from conductor_core.run import Run
from conductor_core.scope import ItemRun, StepRun
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import OTHERWISE, Node, NodeKind
from workflow_ir.result import StepRecord, StepStatus

_SETTLE_ROUNDS = 3
"""Turns of the event loop in which the conductor sees that the last step has settled."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a node gave."""

    record: StepRecord
    """What is known of the step the node belongs to."""
    label: str | None = None
    """Of a decision: the way to take."""
    items: int | None = None
    """Of a map or nest: ``places`` are to be entered before ``settled``; None: it is settled."""


async def enter(run: Run, address: str, region: RegionPath = ROOT) -> Entered:
    """Enter a node and wait for what it stands for.

    In graph mode this starts the step. In eager mode the conductor has started it already.

    Raises:
        RegionEnded: The graph this node belongs to failed or was cancelled; let it pass.
        HostFault: MEL951, MEL952: the backend's graph is not the plan.
    """
    here = run.regions[region]
    node = here.region.nodes[address]
    run.entries[region, address] += 1
    if here.over:
        raise await _ended(run, region)
    step = here.steps.get(node.step.address)
    if step is None:
        raise HostFault("MEL952", f"node {address!r} was entered, but its arm was not taken")
    match node.kind:
        case NodeKind.STEP:
            await _begin(run, node, step)
            await step.settled.wait()
            await _leave(run, step, region)
            return Entered(_told(run, step))
        case NodeKind.DECIDE:
            await _begin(run, node, step)
            await step.opened.wait()
            await _leave(run, step, region)
            return Entered(_told(run, step), label=step.record.branch or OTHERWISE)
        case NodeKind.ARM:
            if node.arm is None or step.record.branch != node.arm.name:
                raise HostFault("MEL952", f"node {address!r} was entered, but not taken")
            return Entered(_told(run, step))
        case NodeKind.JOIN:
            undecided = not step.opened.is_set()
            if undecided or (step.inner is not None and step.inner.unsettled > 0):
                raise HostFault("MEL951", f"node {address!r} was entered before its arm settled")
            await step.settled.wait()
            await _leave(run, step, region)
            return Entered(_told(run, step))
        case NodeKind.MAP | NodeKind.NEST:
            await _begin(run, node, step)
            await step.opened.wait()
            if step.map is None:
                await step.settled.wait()
                await _leave(run, step, region)
                return Entered(_told(run, step))
            return Entered(_told(run, step), items=len(step.map.items))


async def places(run: Run, address: str, region: RegionPath = ROOT) -> AsyncIterator[Sequence[int]]:
    """The places of a node, in batches that go on at the same time.

    A map, parallel sides, a group and a sub-melody give one batch; a loop gives its iterations one
    by one as they come. The next batch is asked for when the places of this one are closed.

    Raises:
        HostFault: MEL953: a place was left out.
    """
    step = run.regions[region].steps[address]
    mapped = step.map
    assert mapped is not None
    told = 0
    while told < len(mapped.items) or mapped.growing:
        if told == len(mapped.items):
            mapped.grown.clear()
            await mapped.grown.wait()
            continue
        batch = range(told, len(mapped.items))
        told = len(mapped.items)
        yield batch
        for index in batch:
            await _walked(run, step, mapped.items[index])


async def settled(run: Run, address: str, region: RegionPath = ROOT) -> StepRecord:
    """Wait for the outcome of a map after its items were entered."""
    step = run.regions[region].steps[address]
    await step.settled.wait()
    await _leave(run, step, region)
    return _told(run, step)


async def open_item(
    run: Run, address: str, index: int, region: RegionPath = ROOT
) -> RegionPath | None:
    """Enter one item of a map.

    Returns:
        The region whose graph the backend drives now, or None if the item has no inner graph or
        an empty one.
    """
    item = _item(run, address, index, region)
    step = run.regions[region].steps[address]
    untouched = item.place.task is None and not item.place.settled.is_set()
    if not run.eager and untouched and not item.hidden:
        start_item(run, step, item)
    await item.place.opened.wait()
    inner = item.region
    driven = inner is not None and not inner.over and bool(inner.region.nodes)
    return inner.path if inner is not None and driven else None


async def close_item(run: Run, address: str, index: int, region: RegionPath = ROOT) -> StepRecord:
    """Wait for the outcome of one item.

    Raises:
        HostFault: MEL953: its graph has ended before everything in it was done.
    """
    item = _item(run, address, index, region)
    await _walked(run, run.regions[region].steps[address], item)
    await item.place.settled.wait()
    return _told(run, item.place)


async def _walked(run: Run, step: StepRun, item: ItemRun) -> None:
    """A place that was walked leaves nothing behind that could begin: nobody would begin it."""
    if item.place.settled.is_set() or run.eager:
        return
    for _ in range(_SETTLE_ROUNDS):
        await asyncio.sleep(0)
    if item.place.settled.is_set():
        return
    inside = () if item.region is None or item.region.over else item.region.steps.values()
    left = [one for one in inside if one.waiting == 0 and run.wants(one.home)]
    if not item.hidden and run.wants(step.home, step.map):
        left.append(item.place)
    for one in left:
        if one.task is None and one.record.status is StepStatus.PENDING:
            raise HostFault("MEL953", f"{one.path!r} was left out by the framework's graph")


def _item(run: Run, address: str, index: int, region: RegionPath) -> ItemRun:
    places = run.regions[region].steps[address].map
    assert places is not None
    return places.items[index]


def _told(run: Run, step: StepRun) -> StepRecord:
    """A record as it may stand in a framework's state."""
    masks = run.stage.masks
    return masks.record(step.record) if masks else step.record


async def _begin(run: Run, node: Node, step: StepRun) -> None:
    await _leave(run, step, step.home.region.path)
    if step.waiting > 0:
        raise HostFault(
            "MEL951", f"node {node.address!r} was entered before its inputs had settled"
        )
    untouched = step.task is None and step.record.status is StepStatus.PENDING
    if not run.eager and untouched and not step.settled.is_set() and not step.held:
        run.start(step)


async def _leave(run: Run, step: StepRun, region: RegionPath) -> None:
    """Let a node end, or stop the framework's graph once all of it has been awaited."""
    here = run.regions[region]
    failing = not run.finish_independent and step.home.failing()
    # A map or sides round it have their verdict, so it was not begun: all of it ends soon.
    unwanted = step.record.status is StepStatus.PENDING and step.home.decided()
    if here.over or failing or unwanted or step.home.ending():
        raise await _ended(run, region)


async def _ended(run: Run, region: RegionPath) -> RegionEnded:
    here = run.regions[region]
    await here.ended.wait()
    path, error = run.failure or (None, None)
    return RegionEnded(region, path, error)
