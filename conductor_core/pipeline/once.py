"""One attempt in its order: place, time and money, breaker, then the player (spec 4, Pipeline)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from conductor_core.failure.deadline import Limits
from conductor_core.limits.guards import PlayerKey
from conductor_core.performance import Going
from conductor_core.pipeline.accept import accept
from conductor_core.pipeline.ask import ask, changed_parameters
from conductor_core.pipeline.breaking import admitted
from conductor_core.pipeline.hedged import hedged
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.result import Attempt


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    answer: Success | StandardError
    made: bool
    """The player was reached: it is listed and counts."""


async def once(going: Going) -> Tried:
    """Ask the current player once more, and judge what it answers.

    With hedging, further attempts may be made beside the first; together they are one.

    Raises:
        asyncio.CancelledError: The run cancels the step; the attempt going on is recorded.
    """
    progress, policy = going.progress, going.task.guard.policy
    progress.begun = False
    try:
        if policy.hedge is None or progress.part.effects_once:
            return await _single(going, progress.limits)
        return await hedged(going, policy.hedge, _branch)
    except asyncio.CancelledError:
        if progress.begun:
            n, player = progress.n + 1, progress.part.player
            going.record.attempts.append(Attempt(n, player, "cancelled", cancelled_by_run()))
        raise


async def _branch(going: Going) -> Tried:
    return await _single(going, replace(going.progress.limits))


async def _single(going: Going, limits: Limits) -> Tried:
    """One attempt. It begins when it has its place, not in the queue; no place is held before."""
    task, stage, part = going.task, going.stage, going.progress.part
    key = PlayerKey(stage.context.project, part.player, task.module)
    queued = stage.clock.now()
    with stage.playing(task.module, part.player):
        async with stage.guards.place(
            key, part.limits, rank=task.rank, wanted=task.wanted, stage=stage
        ) as place:
            if place.waited_for == "per_minute":
                waited = round(place.waited_s, 6)
                stage.emit(EventKind.LIMITED, task.path, player=part.player, waited_s=waited)
            await stage.enter(stage.slots, task.rank, task.wanted)
            try:
                limits.queued(stage.clock.now() - queued)
                refused = _refused(going, limits)
                if refused is not None:
                    return Tried(refused, made=False)
                with admitted(going, limits) as permit:
                    if isinstance(permit, StandardError):
                        return Tried(permit, made=False)
                    place.begin()
                    _begin(going)
                    answer = await ask(going, going.progress.n + 1, limits)
                    permit.tell(answer)
            finally:
                stage.slots.leave()
    return Tried(accept(going, answer), made=True)


def _refused(going: Going, limits: Limits) -> StandardError | None:
    """Why no attempt may begin: the time is over, or there is no money left for it."""
    if limits.cutoff is not None and going.stage.clock.now() >= limits.cutoff.at:
        return limits.cutoff.error()
    return going.task.purse.lacks(going.progress.part.cost)


def _begin(going: Going) -> None:
    progress, stage = going.progress, going.stage
    part, n = progress.part, progress.n + 1
    going.record.player = part.player
    kind = EventKind.HEDGED if progress.begun else EventKind.ATTEMPT_STARTED
    progress.begun = True
    parameters = changed_parameters(going)
    facts = {"parameters": parameters} if parameters else {}
    stage.emit(kind, going.task.path, n=n, player=part.player, **facts)


def cancelled_by_run() -> StandardError:
    """The error of what the run itself stopped."""
    return StandardError.of("cancelled", "cancelled by the run", origin="conductor")
