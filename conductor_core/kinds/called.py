"""A sub-melody that a player performs with: conducted inside the attempt, beside the graph."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from conductor_core.failed import StepFault
from conductor_core.failure.purse import Purse
from conductor_core.kinds.call import checked_inputs
from conductor_core.kinds.inside import complete
from conductor_core.schedule.slots import Slots
from conductor_core.scope import ItemRun, MapRun, RegionRun, ScopeRun, StepRun
from workflow_ir.expressions import EvaluationError
from workflow_ir.ids import RegionPath, RunPath
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.plan import plan_of
from workflow_ir.players import CallPlayer
from workflow_ir.result import StepRecord, StepStatus

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def called(
    run: Run, frame: Frame, key: str, given: dict[str, Any], path: str, purse: Purse
) -> Success | StandardError:
    """Run a sub-melody to its end; its steps are performed at ``PATH/ID``.

    No framework has a graph of it, so the conductor starts its steps in graph mode, too. The steps
    of the step's own player are entries of the result, as those of the verb ``call`` are; of a
    tool or a reconstruction they are told by events alone, so gaps inside make the answer
    ``degraded``.

    Args:
        run: The run; limits, guards, journal, clock and people are its own.
        frame: The step whose player asks.
        key: Of the sub-melody.
        given: Its inputs, to be checked.
        path: Run path of the player that asks.
        purse: What it spends from.

    Returns:
        Its outputs, costing nothing: its steps have paid. Else ``input.invalid``, or the error of
        the step that failed.

    Raises:
        asyncio.CancelledError: The attempt is over; everything inside was cancelled and awaited.
    """
    module = run.ir.modules[key]
    try:
        inputs = checked_inputs(run, module, given, only_known=True)
    except StepFault as wrong:
        return wrong.error
    if module.policy.budget is not None:
        began = run.stage.clock.now()
        purse = Purse(module.policy.budget, f"sub-melody {path!r}", began, purse)
    places, item = _place(frame, path)
    own = path == frame.path
    if own:
        frame.place.map = places
    region = item.region = RegionRun(
        RegionPath(path), plan_of(module.root, run.ir.modules), frame.region, beside=True
    )
    run.open_region(region)
    inner = run.open_scope(
        module.root,
        prefix=f"{path}/",
        region=region,
        parent=frame.scope,
        names=run.names_of(inputs),
        place=item.place.rank[1],
        of=places,
        module=key,
        purse=purse,
        in_map=frame.in_map,
        urgent=True,
    )
    try:
        await complete(run, item, inner)
        result = module.root.result
        env = inner.env(run.stage.clock.now())
        output = {} if result is None else run.stage.evaluator.value(result)(env)
    except StepFault as fault:
        return _failure(fault)
    except EvaluationError as problem:
        return StandardError.of(problem.code, str(problem), origin="conductor")
    if not own:
        return _told_alone(inner, output)
    frame.place.map = places  # a hedged attempt beside it may have come later
    return Success(output)


def forget_abandoned(run: Run, frame: Frame) -> None:
    """What a sub-melody did is no part of the result once another player has given the output."""
    record = frame.record
    player = run.module(frame.scope.module).players.get(record.player or "")
    if record.status.ok and not isinstance(player, CallPlayer):
        frame.place.map = None


def _place(frame: Frame, path: str) -> tuple[MapRun, ItemRun]:
    done = asyncio.get_running_loop().create_future()
    places = MapRun([], Slots(None), done, outer=frame.item_of)
    score, turn = frame.place.rank
    at = RunPath(path)
    place = StepRun(frame.step.step, at, frame.scope, StepRecord(at), (score, (*turn, 0)))
    item = ItemRun(0, None, place, hidden=True)
    places.items.append(item)
    return places, item


def _failure(fault: StepFault) -> StandardError:
    """The inner step's error: what it cost is paid, and its attempts were granted to it."""
    error = fault.error
    detail = {**error.detail, "failed_step": fault.inside}
    return error.replace(attempts=None, cost=Cost(), detail=detail)


def _told_alone(inner: ScopeRun, output: Any) -> Success:
    """An answer that has to tell by itself what no entry of the result tells."""
    from conductor_core.report import records_in  # it tells runs, so it imports the conductor

    records = tuple(records_in(inner))
    gaps = any(one.status is StepStatus.GAP or one.tolerated or one.degraded for one in records)
    return Success(output, degraded=gaps, synthetic=any(one.synthetic for one in records))
