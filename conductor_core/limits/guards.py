"""Every guard that runs share, by whom it guards."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Literal, NamedTuple

from conductor_core.failure.breaker import Circuit
from conductor_core.failure.breaker_rules import Rules, State
from conductor_core.failure.throttle import Tokens
from conductor_core.limits.bulkhead import Bulkhead, Place, Waits
from conductor_core.limits.target_breaker import TargetBreaker
from conductor_core.limits.target_throttle import TargetThrottle
from conductor_core.ports import Clock
from conductor_core.schedule.slots import Rank
from workflow_ir.players import Limits
from workflow_ir.policy import Breaker, Throttle

_BY_HAND = frozenset({State.FORCED_OPEN, State.DISABLED})


class PlayerKey(NamedTuple):
    """Whose places and rate: the same player of the same project, in whatever run."""

    project: str
    """Its folder."""
    player: str
    module: str = ""
    """The sub-melody whose player it is; empty: the Melody's own."""


class Guards:
    """One set of guards. It has its own time, so that runs of several clocks can share it.

    Guards come to be when they are asked for and hold as long as the set does. Those of a target
    that policies configure differently count by themselves.

    Args:
        now: Seconds that never run backwards.
        alone: One run has it, with its own clock; else the runs of the process, with real clocks.
    """

    def __init__(self, now: Callable[[], float], *, alone: bool) -> None:
        self._now = now
        self._alone = alone
        self._lock = threading.Lock()
        self._bulkheads: dict[PlayerKey, Bulkhead] = {}
        self._breakers: dict[tuple[Hashable, Breaker], TargetBreaker] = {}
        self._throttles: dict[tuple[Hashable, Throttle], TargetThrottle] = {}
        self._forced: dict[Hashable, State] = {}

    @staticmethod
    def of_process() -> Guards:
        """The set of all runs of this process that are neither scripted nor seeded."""
        return _OF_PROCESS

    @classmethod
    def of_run(cls, clock: Clock) -> Guards:
        """An empty set for one run, in its time (spec 8: scripts and seeds start empty)."""
        return cls(clock.now, alone=True)

    @asynccontextmanager
    async def place(
        self,
        key: PlayerKey,
        limits: Limits | None,
        *,
        rank: Rank,
        wanted: Callable[[], bool],
        stage: Waits,
    ) -> AsyncIterator[Place]:
        """Wait until the player may be asked, and have one of its places meanwhile.

        It is entered for each attempt, before a place of the run is taken; ``Place.begin`` is
        called when the player is asked. The rate counts these beginnings: of those who have
        entered never more can begin than are allowed. Without limits nobody waits.

        Args:
            key: The player.
            limits: ``concurrency`` and ``per_minute`` are read.
            rank: Place in the queue; equals enter as they came.
            wanted: Whether it may still begin; asked when there is a place.
            stage: The run's ``Stage``; its clock is waited with.

        Raises:
            asyncio.CancelledError: The caller is cancelled, or about to be: not wanted any more.
        """
        if limits is None or (limits.concurrency is None and limits.per_minute is None):
            yield Place()
            return
        with self._lock:
            bulkhead = self._bulkheads.get(key)
            if bulkhead is None:
                bulkhead = Bulkhead(self._now, self._lock, keeps_token=not self._alone)
                self._bulkheads[key] = bulkhead
        async with bulkhead.place(limits, rank, wanted, stage) as place:
            yield place

    def breaker(self, target: Hashable, policy: Breaker) -> TargetBreaker:
        """The breaker of a target: provider, model or endpoint, and credential (spec 4)."""
        with self._lock:
            found = self._breakers.get((target, policy))
            if found is None:
                state = _state(policy) or self._forced.get(target)
                circuit = Circuit.begin(Rules.of(policy), self._now())
                if state is not None:
                    circuit = circuit.force(state, self._now())
                found = TargetBreaker(circuit, self._now, self._lock)
                self._breakers[target, policy] = found
            return found

    def throttle(self, target: Hashable, policy: Throttle) -> TargetThrottle:
        """The retry tokens of a target."""
        with self._lock:
            found = self._throttles.get((target, policy))
            if found is None:
                found = TargetThrottle(Tokens.of(policy), self._lock)
                self._throttles[target, policy] = found
            return found

    def force(
        self,
        target: Hashable,
        state: Literal["closed", "open", "half_open", "forced_open", "disabled"],
    ) -> None:
        """Put the breakers of a target into a state by hand.

        ``closed`` makes them automatic again, with nothing counted. What a policy forces stays.
        Later policies follow what was forced or disabled; ``open`` is of those that are there.

        Raises:
            IllegalTransition: ``half_open`` for one that is closed. Then none has changed.
        """
        wanted, now = State(state), self._now()
        with self._lock:
            breakers = [
                breaker
                for (whose, policy), breaker in self._breakers.items()
                if whose == target and _state(policy) is None
            ]
            circuits = [breaker.circuit.force(wanted, now) for breaker in breakers]
            if not circuits:
                Circuit.begin(Rules(), now).force(wanted, now)
            for breaker, circuit in zip(breakers, circuits, strict=True):
                breaker.replace(circuit)
            if wanted in _BY_HAND:
                self._forced[target] = wanted
            else:
                self._forced.pop(target, None)


def _state(policy: Breaker) -> State | None:
    return None if policy.state == "automatic" else State(policy.state)


_OF_PROCESS = Guards(time.monotonic, alone=False)
