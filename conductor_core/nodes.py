"""How a backend's nodes come in: one call for each kind of node (``workflow_ir.plan``)."""

from __future__ import annotations

from dataclasses import dataclass

from conductor_core.failed import HostFault, RegionEnded
from conductor_core.kinds.for_each import start_item
from conductor_core.run import Run
from conductor_core.scope import ItemRun, StepRun
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import OTHERWISE, Node, NodeKind
from workflow_ir.result import StepRecord, StepStatus


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a node gave."""

    record: StepRecord
    """What is known of the step the node belongs to."""
    label: str | None = None
    """Of a decision: the way to take."""
    items: int | None = None
    """Of a map: how many items are to be entered before ``settled``; None: it is settled."""


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
            return Entered(step.record)
        case NodeKind.DECIDE:
            await _begin(run, node, step)
            await step.opened.wait()
            await _leave(run, step, region)
            return Entered(step.record, label=step.record.branch or OTHERWISE)
        case NodeKind.ARM:
            if node.arm is None or step.record.branch != node.arm.name:
                raise HostFault("MEL952", f"node {address!r} was entered, but not taken")
            return Entered(step.record)
        case NodeKind.JOIN:
            undecided = not step.opened.is_set()
            if undecided or (step.inner is not None and step.inner.unsettled > 0):
                raise HostFault("MEL951", f"node {address!r} was entered before its arm settled")
            await step.settled.wait()
            await _leave(run, step, region)
            return Entered(step.record)
        case NodeKind.MAP:
            await _begin(run, node, step)
            await step.opened.wait()
            if step.map is None:
                await step.settled.wait()
                await _leave(run, step, region)
                return Entered(step.record)
            return Entered(step.record, items=len(step.map.items))


async def settled(run: Run, address: str, region: RegionPath = ROOT) -> StepRecord:
    """Wait for the outcome of a map after its items were entered."""
    step = run.regions[region].steps[address]
    await step.settled.wait()
    await _leave(run, step, region)
    return step.record


async def open_item(
    run: Run, address: str, index: int, region: RegionPath = ROOT
) -> RegionPath | None:
    """Enter one item of a map.

    Returns:
        The region whose graph the backend drives now, or None if the item has no inner graph.
    """
    item = _item(run, address, index, region)
    step = run.regions[region].steps[address]
    if not run.eager and item.place.task is None and not item.place.settled.is_set():
        start_item(run, step, item)
    await item.place.opened.wait()
    inner = item.region
    return None if inner is None or inner.over else inner.path


async def close_item(run: Run, address: str, index: int, region: RegionPath = ROOT) -> StepRecord:
    """Wait for the outcome of one item."""
    item = _item(run, address, index, region)
    await item.place.settled.wait()
    return item.place.record


def _item(run: Run, address: str, index: int, region: RegionPath) -> ItemRun:
    places = run.regions[region].steps[address].map
    assert places is not None
    return places.items[index]


async def _begin(run: Run, node: Node, step: StepRun) -> None:
    await _leave(run, step, step.home.region.path)
    if step.waiting > 0:
        raise HostFault(
            "MEL951", f"node {node.address!r} was entered before its inputs had settled"
        )
    untouched = step.task is None and step.record.status is StepStatus.PENDING
    if not run.eager and untouched and not step.settled.is_set():
        run.start(step)


async def _leave(run: Run, step: StepRun, region: RegionPath) -> None:
    """Let a node end, or stop the framework's graph once all of it has been awaited."""
    here = run.regions[region]
    failing = not run.finish_independent and step.home.failing()
    if here.over or failing or step.home.ending():
        raise await _ended(run, region)


async def _ended(run: Run, region: RegionPath) -> RegionEnded:
    here = run.regions[region]
    await here.ended.wait()
    path, error = run.failure or (None, None)
    return RegionEnded(region, path, error)
