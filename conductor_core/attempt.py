"""One attempt: a player asked once, under nested time limits, whatever it does (spec 4)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from conductor_core.failure.classify import classify
from conductor_core.ports import Clock, Grant, Player, PlayRequest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Policy

GRACE_S = 4.0
"""How long a cancelled player may take to end before it is left behind, real seconds. A command
needs up to 2 s from TERM to KILL and one more to be reaped."""


@dataclass(slots=True)
class Limits:
    """The time limits of one player at one step: attempt ≤ total ≤ policy wall."""

    attempt_s: float | None
    ends: float | None
    """When ``total_timeout`` is over; waits count."""
    wall_s: float
    """What is left of the policy wall; only attempts count."""

    @classmethod
    def of(cls, policy: Policy, claim_s: float | None, now: float) -> Limits:
        """The limits of a player that begins now."""
        claims = [limit for limit in (policy.timeout_s, claim_s) if limit is not None]
        total = policy.total_timeout_s
        return cls(
            attempt_s=min(claims) if claims else None,
            ends=None if total is None else now + total,
            wall_s=policy.wall_s,
        )

    def left(self, now: float) -> float | None:
        """Seconds until ``total_timeout`` is over; None without one."""
        return None if self.ends is None else self.ends - now

    def tightest(self, now: float) -> tuple[float, str]:
        """Seconds this attempt may take and the limit that says so; the outer one wins ties."""
        options = [(self.wall_s, "wall")]
        if self.ends is not None:
            options.append((self.ends - now, "total_timeout"))
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
        return _expired(limit, 0.0, request.player)
    grant = Grant(deadline=began + seconds, clock=clock)
    watch = _Watch(asyncio.ensure_future(_contain(player, request, grant)))
    alarm = clock.alarm(seconds, watch.ring)
    try:
        await watch.ended()
    except asyncio.CancelledError:
        await watch.cancel()
        raise
    finally:
        alarm.cancel()
    limits.wall_s -= clock.now() - began
    if watch.rang:
        return _expired(limit, seconds, request.player)
    return _outcome(watch.task, request.player)


class _Watch:
    """A player at work, and what is done when its time is over."""

    def __init__(self, task: asyncio.Future[Success | StandardError]) -> None:
        self.task = task
        self.rang = False
        self._given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Looked at even if the player is left behind, so that asyncio reports nothing forgotten.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def ring(self) -> None:
        """Time is over: cancel the player; leave it behind if it does not end in time."""
        self.rang = True
        self.task.cancel()
        asyncio.get_running_loop().call_later(GRACE_S, self._give_up)

    def _give_up(self) -> None:
        if not self._given_up.done():
            self._given_up.set_result(None)

    async def ended(self) -> None:
        """The player has ended, or was left behind."""
        waiting: set[asyncio.Future[Any]] = {self.task, self._given_up}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        self._given_up.cancel()

    async def cancel(self) -> None:
        """Cancel the player and wait for it, at most for the grace time."""
        self._given_up.cancel()
        self.task.cancel()
        await asyncio.wait({self.task}, timeout=GRACE_S)


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


def _outcome(task: asyncio.Future[Success | StandardError], player: str) -> Success | StandardError:
    if task.cancelled():
        return StandardError.of("player.cancelled_self", f"player {player!r} cancelled itself")
    problem = task.exception()
    if problem is None:
        return task.result()
    if isinstance(problem, KeyboardInterrupt):
        raise problem
    return classify(problem)


def _expired(limit: str, seconds: float, player: str) -> StandardError:
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
