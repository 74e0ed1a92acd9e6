"""Hedging: another attempt beside one that takes long; the first success wins (spec 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from conductor_core.end_all import end_all
from conductor_core.failure.hedge import Done, Hedging, Send, Wait, fatal
from conductor_core.performance import Going
from workflow_ir.outcome import Success
from workflow_ir.policy import Hedge

if TYPE_CHECKING:
    from conductor_core.pipeline.once import Tried

Branch = Callable[[Going], Awaitable["Tried"]]


async def hedged(going: Going, hedge: Hedge, branch: Branch) -> Tried:
    """Make attempts side by side until one succeeds or none is left; together they count as one.

    A loser is cancelled and awaited; that is no failure of its player.

    Args:
        going: The performance.
        hedge: How long an attempt has before the next one is begun, and how many.
        branch: Makes one attempt.

    Returns:
        The first success, else what the first attempt came to.
    """
    clock, limits = going.stage.clock, going.progress.limits
    began = clock.now()
    group = _Group(going, branch)
    state = Hedging.of(hedge, effects_once=going.progress.part.effects_once)
    try:
        while True:
            match state.next(clock.now()):
                case Send():
                    group.send()
                    state = state.sent(clock.now())
                case Wait(until):
                    for tried in await group.wait(until):
                        state = _seen(state, tried, clock.now())
                case Done():
                    return group.outcome()
    finally:
        await group.end()
        limits.worked(clock.now() - began)


def _seen(state: Hedging, tried: Tried, now: float) -> Hedging:
    answer = tried.answer
    if isinstance(answer, Success):
        return state.succeeded()
    if not tried.made:
        return state.refused()
    return state.failed(now, fatal=fatal(answer), retry_after_s=answer.retry_after_s)


class _Group:
    """Attempts side by side; each holds a token of the run's clock while it is at work."""

    def __init__(self, going: Going, branch: Branch) -> None:
        self._going = going
        self._branch = branch
        self._tasks: list[asyncio.Task[Tried]] = []
        self._ended: list[Tried] = []
        """In the order in which they came to their end."""
        self._new: list[Tried] = []
        self._woken: asyncio.Future[None] | None = None
        self._bug: BaseException | None = None

    def send(self) -> None:
        self._going.stage.clock.hold()
        self._tasks.append(asyncio.get_running_loop().create_task(self._run()))

    async def _run(self) -> Tried:
        stage = self._going.stage
        try:
            tried = await self._branch(self._going)
            self._ended.append(tried)
            self._new.append(tried)
            return tried
        except Exception as bug:
            self._bug = bug
            raise
        finally:
            if self._woken is not None:
                stage.wake(self._woken)
            stage.clock.release()

    async def wait(self, until: float | None) -> list[Tried]:
        """Wait for the next end, at most until then; returns what has ended since the last call."""
        stage = self._going.stage
        if not self._new and self._bug is None:
            woken = self._woken = asyncio.get_running_loop().create_future()
            alarm = None
            if until is not None:
                seconds = max(0.0, until - stage.clock.now())
                alarm = stage.clock.alarm(seconds, partial(self._ring, woken))
            try:
                await stage.park(woken)
            finally:
                self._woken = None
                if alarm is not None:
                    alarm.cancel()
        if self._bug is not None:
            raise self._bug
        new, self._new = self._new, []
        return new

    def _ring(self, woken: asyncio.Future[None]) -> None:
        self._going.stage.wake(woken)

    def outcome(self) -> Tried:
        won = next((one for one in self._ended if isinstance(one.answer, Success)), None)
        if won is not None:
            return won
        made = next((one for one in self._ended if one.made), None)
        return made or self._ended[0]

    async def end(self) -> None:
        """Cancel and await what is still at work."""
        await end_all(self._tasks)
