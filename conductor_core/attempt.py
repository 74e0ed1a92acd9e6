"""One attempt: a player asked once, under nested time limits, whatever it does (spec 4)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from conductor_core.clock.lease import Lease
from conductor_core.failure.classify import classify
from conductor_core.failure.purse import Cutoff
from conductor_core.ports import Clock, Grant, Player, PlayRequest, Timer
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Policy

GRACE_S = 4.0
"""How long a cancelled player may take to end before it is left behind, seconds. A command needs
up to 2 s from TERM to KILL and one more to be reaped."""

_DIGITS = 6
"""Limits are told apart by microseconds: the clock's own grain near the epoch of today."""


CUTOFF = "budget.wall"
"""The limit of whoever runs out of a budget's time."""


@dataclass(slots=True)
class Limits:
    """The time limits of one player at one step: attempt ≤ total ≤ policy wall."""

    attempt_s: float | None
    ends: float | None
    """When ``total_timeout`` is over; waits between attempts count."""
    wall_s: float
    """What is left of the policy wall; only attempts count."""
    cutoff: Cutoff | None = None
    """When the time of the run or of another budget is over; waiting for a place counts."""

    @classmethod
    def of(
        cls, policy: Policy, claim_s: float | None, now: float, cutoff: Cutoff | None = None
    ) -> Limits:
        """The limits of a player that begins now."""
        claims = [limit for limit in (policy.timeout_s, claim_s) if limit is not None]
        total = policy.total_timeout_s
        return cls(
            attempt_s=min(claims) if claims else None,
            ends=None if total is None else now + total,
            wall_s=policy.wall_s,
            cutoff=cutoff,
        )

    def left(self, now: float) -> float | None:
        """Seconds until ``total_timeout`` or the run's time is over; None without them."""
        ends = self.ends
        if self.cutoff is not None:
            ends = self.cutoff.at if ends is None else min(ends, self.cutoff.at)
        return None if ends is None else round(ends - now, _DIGITS)

    def queued(self, seconds: float) -> None:
        """Waiting for a place counts against no limit of a player: it stands outside of them."""
        if self.ends is not None:
            self.ends += seconds

    def worked(self, seconds: float) -> None:
        """An attempt took so long."""
        self.wall_s = round(self.wall_s - seconds, _DIGITS)

    def tightest(self, now: float) -> tuple[float, str]:
        """Seconds this attempt may take and the limit that says so; the outer one wins ties."""
        options = [(self.wall_s, "wall")]
        if self.cutoff is not None:
            options.insert(0, (round(self.cutoff.at - now, _DIGITS), CUTOFF))
        if self.ends is not None:
            options.append((round(self.ends - now, _DIGITS), "total_timeout"))
        if self.attempt_s is not None:
            options.append((self.attempt_s, "timeout"))
        return min(options, key=lambda option: option[0])


async def attempt(
    player: Player, request: PlayRequest, limits: Limits, clock: Clock
) -> Success | StandardError:
    """Ask a player once. Whatever it raises, returns or refuses to do becomes an outcome.

    Raises:
        asyncio.CancelledError: The caller is cancelled; the player was cancelled first.
    """
    began = clock.now()
    seconds, limit = limits.tightest(began)
    if seconds <= 0:
        return _expired(limit, 0.0, request.player, limits)
    watch = _Watch(player, request, clock, began + seconds)
    alarm = watch.lease.alarm(seconds, watch.ring)
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

    def __init__(self, player: Player, request: PlayRequest, clock: Clock, deadline: float) -> None:
        self.lease = Lease(clock)
        self.rang = False
        loop = asyncio.get_running_loop()
        grant = Grant(deadline=deadline, clock=self.lease)
        self.task = loop.create_task(_contain(player, request, grant))
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
