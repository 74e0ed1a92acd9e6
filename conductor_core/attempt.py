"""One attempt: a player asked once, under nested time limits, whatever it does (spec 4)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from conductor_core.clock.lease import Lease, LeaseAlarm
from conductor_core.failure.classify import classify
from conductor_core.failure.deadline import CUTOFF, Limits
from conductor_core.ports import Clock, Grant, Player, PlayRequest, Timer
from workflow_ir.outcome import StandardError, Success

GRACE_S = 4.0
"""How long a cancelled player may take to end before it is left behind, seconds. A command needs
up to 2 s from TERM to KILL and one more to be reaped."""

UNBOUNDED = Grant(deadline=None)
"""Nothing but time bounds the player."""


async def attempt(
    player: Player,
    request: PlayRequest,
    limits: Limits,
    clock: Clock,
    bounds: Grant = UNBOUNDED,
    lease: Lease | None = None,
) -> Success | StandardError:
    """Ask a player once. Whatever it raises, returns or refuses to do becomes an outcome.

    Args:
        player: Who is asked.
        request: What for.
        limits: Time limits; the tightest of them ends the attempt.
        clock: The run's.
        bounds: What the player is granted beside time; a deadline of theirs is told to it, too.
        lease: The player's clock. None: one of its own.

    Raises:
        asyncio.CancelledError: The caller is cancelled; the player was cancelled first.
    """
    began = clock.now()
    seconds, limit = limits.tightest(began)
    if seconds <= 0:
        return _expired(limit, 0.0, request.player, limits)
    ends = began + seconds if bounds.deadline is None else min(began + seconds, bounds.deadline)
    watch = _Watch(player, request, lease or Lease(clock), replace(bounds, deadline=ends))
    alarm = watch.alarm = watch.lease.alarm(seconds, watch.ring)
    try:
        await watch.ended()
    except asyncio.CancelledError:
        await watch.cancelled()
        raise
    finally:
        alarm.cancel()
        limits.worked(clock.now() - began)
    if watch.rang:
        return _expired(limit, seconds, request.player, limits)
    return _outcome(watch.task, request.player)


class _Watch:
    """A player at work, and what is done when its time is over."""

    def __init__(self, player: Player, request: PlayRequest, lease: Lease, bounds: Grant) -> None:
        self.lease = lease
        self.rang = False
        self.alarm: LeaseAlarm | None = None
        loop = asyncio.get_running_loop()
        grant = replace(bounds, clock=self.lease)
        self.task = loop.create_task(self._timed(player, request, grant))
        self._over = False
        """The player has ended, or was left behind."""
        self._ended: asyncio.Future[None] = loop.create_future()
        self._grace: Timer | None = None
        self.task.add_done_callback(self._done)

    def ring(self) -> None:
        """Time is over: what the player answers from now on is not heard."""
        if not self.task.done():
            self.rang = True
            self._stop()

    async def _timed(
        self, player: Player, request: PlayRequest, grant: Grant
    ) -> Success | StandardError:
        try:
            return await _contain(player, request, grant)
        finally:  # a player that blocks the loop ends before its alarm can ring
            self.rang = self.rang or (self.alarm is not None and self.alarm.passed())

    async def ended(self) -> None:
        """Wait for the player; at most for the grace time once it was cancelled."""
        await self._ended

    async def cancelled(self) -> None:
        """Cancel the player and wait for it, however often the caller is cancelled."""
        self._stop()
        while not self._over:
            self._ended = asyncio.get_running_loop().create_future()
            with suppress(asyncio.CancelledError):
                await self._ended

    def _stop(self) -> None:
        self.task.cancel()
        if self._grace is None and not self.task.done():
            self._grace = self.lease.alarm(GRACE_S, self._leave, also_asleep=True)

    def _leave(self) -> None:
        self.lease.leave()
        self._end()

    def _done(self, task: asyncio.Task[Success | StandardError]) -> None:
        if not task.cancelled():
            task.exception()  # looked at, even of a player left behind: nothing is forgotten
        if self._grace is not None:
            self._grace.cancel()
        self._end()

    def _end(self) -> None:
        self._over = True
        if not self._ended.done():
            self._ended.set_result(None)


async def _contain(player: Player, request: PlayRequest, grant: Grant) -> Success | StandardError:
    """Play, and keep the player's own exits inside: only our cancellation leaves."""
    try:
        answer: object = await player.play(request, grant)
    except SystemExit as exit_:
        return StandardError.of(
            "player.crash", f"player {request.player!r} called sys.exit({exit_.code!r})"
        )
    if not isinstance(answer, Success | StandardError):
        return StandardError.of(
            "player.bug",
            f"player {request.player!r} returned {type(answer).__name__}, "
            "neither Success nor StandardError",
        )
    return answer


def _outcome(task: asyncio.Task[Success | StandardError], player: str) -> Success | StandardError:
    if task.cancelled():
        return StandardError.of("player.cancelled_self", f"player {player!r} cancelled itself")
    problem = task.exception()
    if problem is None:
        return task.result()
    if isinstance(problem, KeyboardInterrupt):
        raise problem
    try:
        return classify(problem)
    except Exception:  # noqa: BLE001  the exception's own methods fail
        kind = type(problem).__name__
        return StandardError.of("player.bug", f"player {player!r} raised {kind}, which cannot tell")


def _expired(limit: str, seconds: float, player: str, limits: Limits) -> StandardError:
    if limit == CUTOFF and limits.cutoff is not None:
        return limits.cutoff.error()
    if limit == "timeout":
        return StandardError.of(
            "timeout.attempt", f"player {player!r} took longer than {seconds:g} s",
            origin="conductor", policy_limit=limit,
        )  # fmt: skip
    return StandardError.of(
        "policy.wall_time",
        f"player {player!r} was stopped at the limit of policy ({limit})",
        origin="conductor",
        policy_limit=limit,
        detail={"unable_to_complete": True},
    )
