"""The places of one player and its rate, across all runs of the process (spec 3, ``limits``).

Who wants to ask the player waits here, before it takes a place of its run: a run is never held up
by those who wait. The waiting enter by their rank. Runs may be of several threads and event loops,
so everything is done under one lock, and whoever waits is woken in its own loop.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Literal, Protocol

from conductor_core.failure.rate_limit import RateLimit
from conductor_core.ports import Clock, Timer
from conductor_core.schedule.slots import Rank
from workflow_ir.players import Limits

Cause = Literal["concurrency", "per_minute"]
"""The limit that somebody waits for."""


class Waits(Protocol):
    """What is needed of a ``Stage`` to wait in its run."""

    @property
    def clock(self) -> Clock:
        """The run's clock."""

    async def park(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token out."""

    async def linger(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token kept."""

    def wake(self, future: asyncio.Future[Any]) -> bool:
        """Resolve a parked future and take the token for whoever waits."""


@dataclass(slots=True)
class Place:
    """A place that somebody has; ``begin`` is called when the player is asked."""

    waited_s: float = 0.0
    waited_for: Cause | None = None
    """The limit that held it up last; None: it did not wait."""
    _begin: Callable[[], None] | None = None

    def begin(self) -> None:
        """The attempt begins now: it counts for the rate. An attempt that never does is free."""
        begin, self._begin = self._begin, None
        if begin is not None:
            begin()

    @property
    def begun(self) -> bool:
        """Whether nothing is reserved any more."""
        return self._begin is None


@dataclass(slots=True, eq=False)
class _Waiter:
    limits: Limits
    stage: Waits
    keeps_token: bool
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]
    granted: bool = False
    waited_for: Cause | None = None
    gone: bool = False
    timer: Timer | None = field(default=None)

    def call(self, act: Callable[[], object]) -> bool:
        """Do it in the loop of whoever waits; False: that loop is closed.

        In the same loop at once: virtual time must not move before it has its token again.
        """
        try:
            if asyncio.get_running_loop() is self.loop:
                act()
                return True
        except RuntimeError:  # no loop here
            pass
        try:
            self.loop.call_soon_threadsafe(act)
        except RuntimeError:  # closed
            return False
        return True

    def wake(self) -> None:
        self.end()
        if not self.keeps_token:
            self.stage.wake(self.future)
        elif not self.future.done():
            self.future.set_result(None)

    def end(self) -> None:
        """No alarm rings for it any more; called in its own loop."""
        timer, self.timer = self.timer, None
        if timer is not None:
            timer.cancel()


class Bulkhead:
    """Places and rate of one player.

    Args:
        now: The time of the rate, seconds.
        lock: Held by whoever changes anything.
        keeps_token: Who waits keeps the token of its step. It does where runs of other clocks may
            have the places: its own run would look as if nothing went on in it.
    """

    def __init__(
        self, now: Callable[[], float], lock: threading.Lock, *, keeps_token: bool
    ) -> None:
        self._now = now
        self._lock = lock
        self._keeps_token = keeps_token
        self._inside = 0
        self._rate = RateLimit()
        self._waiting: list[tuple[Rank, int, _Waiter]] = []
        self._order = count()
        self._held_up_by: Cause = "concurrency"

    @asynccontextmanager
    async def place(
        self, limits: Limits, rank: Rank, wanted: Callable[[], bool], stage: Waits
    ) -> AsyncIterator[Place]:
        """Have a place; see ``Guards.place``."""
        came = self._now()
        waited_for = await self._enter(limits, rank, stage)
        place = Place(max(0.0, self._now() - came), waited_for, self._begin)
        try:
            if not wanted():
                raise asyncio.CancelledError
            yield place
        finally:
            self._leave(begun=place.begun)

    async def _enter(self, limits: Limits, rank: Rank, stage: Waits) -> Cause | None:
        """Take a place and reserve a beginning; returns what it was held up by last."""
        loop = asyncio.get_running_loop()
        waiter = _Waiter(limits, stage, self._keeps_token, loop, loop.create_future())
        with self._lock:
            heapq.heappush(self._waiting, (rank, next(self._order), waiter))
            self._let_in(newcomer=waiter)
        try:
            if not waiter.future.done():
                wait = stage.linger if self._keeps_token else stage.park
                await wait(waiter.future)
        except BaseException:  # cancelled, or its loop ends without us
            waiter.end()
            with self._lock:
                waiter.gone = True
                if waiter.granted:
                    self._inside -= 1
                    self._rate.give_back()
                self._let_in()
            raise
        return waiter.waited_for

    def _begin(self) -> None:
        with self._lock:
            self._rate.begin(self._now())
            self._let_in()

    def _leave(self, *, begun: bool) -> None:
        with self._lock:
            self._inside -= 1
            if not begun:
                self._rate.give_back()
            self._let_in()

    def _look(self) -> None:
        with self._lock:
            self._let_in()

    def _let_in(self, newcomer: _Waiter | None = None) -> None:
        """Let in whoever may enter, by rank; the lock is held."""
        while self._waiting:
            waiter = self._waiting[0][-1]
            if not waiter.gone:
                places = waiter.limits.concurrency
                if places is not None and self._inside >= places:
                    self._held_up_by = "concurrency"
                    return
                wait_s = self._rate.reserve(self._now(), waiter.limits.per_minute)
                if wait_s != 0:
                    self._held_up_by = "per_minute"
                    ring_in = partial(self._ring_in, waiter, wait_s or 0.0)
                    if wait_s is None or waiter.call(ring_in):
                        return
                elif waiter is newcomer:
                    self._inside += 1
                    waiter.future.set_result(None)
                elif waiter.call(waiter.wake):
                    self._inside += 1
                    waiter.granted, waiter.waited_for = True, self._held_up_by
                else:
                    self._rate.give_back()
            heapq.heappop(self._waiting)

    def _ring_in(self, waiter: _Waiter, seconds: float) -> None:
        """Look again when the rate allows one more; whoever is first in line has the alarm."""
        waiter.end()
        if not (waiter.granted or waiter.gone):
            waiter.timer = waiter.stage.clock.alarm(seconds, self._look)
