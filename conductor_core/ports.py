"""The ports of the conductor: what it needs from outside, as protocols.

Clock, random, journal and players are handed in; nothing in ``run`` or ``perform`` reaches for
the machine by itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workflow_ir.events import Event
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Schema


class Timer(Protocol):
    """A running alarm."""

    def cancel(self) -> None:
        """It will not ring."""


class Clock(Protocol):
    """Time as the run sees it; see ``clock.real`` and ``clock.virtual``.

    A performing step holds a token from its start to its end. The virtual clock advances only
    when no token is held, so it never outruns work that is going on.
    """

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait; the caller's token is released meanwhile. ``path`` orders ties."""

    def alarm(self, seconds: float, ring: Callable[[], None]) -> Timer:
        """Call ``ring`` after ``seconds``; alarms ring before sleepers wake at the same time."""

    def hold(self) -> None:
        """Take a token."""

    def release(self) -> None:
        """Give a token back."""


class PlayerClock(Protocol):
    """Time as a player sees it; see ``clock.lease``."""

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait. ``path`` orders ties."""


@dataclass(frozen=True, slots=True)
class PlayRequest:
    """What a player is asked to do. All data are copies: nothing done to them is seen elsewhere."""

    path: str
    """Run path of the performance."""
    address: str
    """Static address of the step."""
    player: str
    with_: dict[str, Any]
    """Evaluated ``with`` map; empty when none was written."""
    has_with: bool
    """Whether the step wrote ``with``."""
    prompt: str | None
    output: Schema | None
    """Schema the answer must meet; the conductor validates it, models are told of it."""
    attempt: int
    """Counts from 1 through all players of the step."""
    parameters: Mapping[str, Any]
    """Parameters changed for this attempt (``vary``)."""
    idempotency_key: str
    """Equal across retries of the same call, new for another player or other inputs."""
    arguments: tuple[Any, ...] = ()
    """Of a ``run:`` step: the values that its command's template reads, by place."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The bounds a player must keep (spec 4, Split of responsibility)."""

    deadline: float | None
    """End of the attempt, seconds since the epoch of the run's clock. None: no limit."""
    attempts: int = 1
    """Attempts the player may make by itself, the first included."""
    clock: PlayerClock | None = None
    """For waits that belong to the run; a sleep by other means freezes virtual time."""


class Player(Protocol):
    """Whatever performs a step."""

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """Answer or report a failure. Exceptions are classified by the conductor."""


class Players(Protocol):
    """The players of a run, by name."""

    def find(self, name: str, path: str, address: str) -> Player | StandardError:
        """The player, ready to be asked; or why it must not or cannot be (allow-list, config)."""


class Journal(Protocol):
    """Where a run's events go."""

    def append(self, event: Event) -> None:
        """Keep one event; events come in order of ``seq``."""


def rng_for(seed: str, path: str, attempt: int) -> random.Random:
    """The random source of one draw: the same for the same seed, path and attempt (spec 8)."""
    return random.Random(f"{seed}\x00{path}\x00{attempt}")  # noqa: S311 - jitter, not a secret
