"""Virtual time: it advances when nobody works (spec 3, Scripts).

A loop-level trick would break under frameworks that use threads or loops of their own; this
clock counts tokens instead. Whoever performs holds one; ``sleep`` gives it back and gets it again
on waking. With no token out, the clock jumps to the next thing due.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from conductor_core.clock.idle import QUIET_ROUNDS, Idle
from conductor_core.ports import Timer
from workflow_ir.ids import natural_key

START = 946_684_800.0
"""2000-01-01T00:00:00Z, seconds since the epoch (spec 8, ``now()``)."""

_DIGITS = 6
"""Moments are whole microseconds: 0.1 s and then 0.2 s end together with 0.3 s."""

_ALARM, _SLEEPER = 0, 1
"""At the same moment alarms ring before sleepers wake: a limit beats work that ends with it."""


class _Due:
    """Something that happens at a moment, unless it is cancelled before."""

    __slots__ = ("_act",)

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    @property
    def dead(self) -> bool:
        return self._act is None

    def cancel(self) -> None:
        self._act = None  # what it holds may go, though its place in the queue stays

    def happen(self) -> None:
        act, self._act = self._act, None
        if act is not None:
            act()


class VirtualClock:
    """A clock for one event loop; see the module's first lines."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._tokens = 0
        self._due: list[tuple[float, int, tuple[tuple[int, str, int], ...], int, _Due]] = []
        """Moment, rank, path and number; the numbers differ, so nothing else is compared."""
        self._seq = count()
        self._watching = False
        self._rounds = 0
        """Rounds of quiet that are still to pass."""
        self._idle = Idle(self._busy)

    def now(self) -> float:
        """Virtual seconds since the epoch."""
        return self._now

    def hold(self) -> None:
        """Take a token: time stands still until it is released."""
        self._tokens += 1
        self._rounds = QUIET_ROUNDS

    def release(self) -> None:
        """Give a token back."""
        self._tokens -= 1
        if self._tokens == 0:
            self._watch()
            self._idle.watch()

    def when_idle(self, call: Callable[[], None]) -> Timer:
        """Call whenever nobody holds a token and nothing is due (``ports.Clock``)."""
        return self._idle.when(call)

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait in virtual time; the caller's token is out meanwhile."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        taken = False

        def wake() -> None:
            nonlocal taken
            if not woken.done():
                taken = True
                self.hold()
                woken.set_result(None)

        due = self._push(seconds, _SLEEPER, path, wake)
        self.release()
        try:
            await woken
        finally:
            due.cancel()
            if not taken:
                self.hold()

    def alarm(self, seconds: float, ring: Callable[[], None]) -> Timer:
        """Call ``ring`` after ``seconds`` of virtual time."""
        return self._push(seconds, _ALARM, "", ring)

    def _push(self, seconds: float, rank: int, path: str, act: Callable[[], None]) -> _Due:
        when = round(self._now + max(0.0, seconds), _DIGITS)
        due = _Due(act)
        heapq.heappush(self._due, (when, rank, natural_key(path), next(self._seq), due))
        return due

    def _busy(self) -> bool:
        while self._due and self._due[0][-1].dead:
            heapq.heappop(self._due)
        return self._tokens > 0 or bool(self._due)

    def _watch(self) -> None:
        if not self._watching and self._due:
            self._watching = True
            self._rounds = QUIET_ROUNDS
            asyncio.get_running_loop().call_soon(self._quiet)

    def _quiet(self) -> None:
        if self._tokens > 0:
            self._watching = False
        elif self._rounds > 0:
            self._rounds -= 1
            asyncio.get_running_loop().call_soon(self._quiet)
        else:
            self._watching = False
            self._advance()

    def _advance(self) -> None:
        """Jump to the next thing due and let it happen.

        Only that one: what follows from it happens before the next thing of the same moment, so
        that ties do not depend on how many turns of the loop somebody takes.
        """
        while self._due and self._due[0][-1].dead:
            heapq.heappop(self._due)
        if not self._due:
            self._idle.watch()
            return
        self._now, *_, due = heapq.heappop(self._due)
        due.happen()
        if self._tokens == 0:
            self._watch()
            self._idle.watch()
