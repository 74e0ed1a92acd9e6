"""Virtual time: it advances when nobody works (spec 3, Scripts).

A loop-level trick would break under frameworks that use threads or loops of their own; this
clock counts tokens instead. Whoever performs holds one; ``sleep`` gives it back and gets it again
on waking. With no token out, the clock jumps to the next thing due.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from workflow_ir.ids import natural_key

START = 946_684_800.0
"""2000-01-01T00:00:00Z, seconds since the epoch (spec 8, ``now()``)."""

_QUIET_ROUNDS = 8
"""Rounds of the event loop without a token before time jumps. A cancelled sleeper takes its token
back, and a framework hands over to the next node, within fewer."""

_DIGITS = 6
"""Moments are whole microseconds: 0.1 s and then 0.2 s end together with 0.3 s."""

_ALARM, _SLEEPER = 0, 1
"""At the same moment alarms ring before sleepers wake: a limit beats work that ends with it."""


@dataclass(order=True, slots=True)
class _Due:
    when: float
    rank: int
    tie: tuple[tuple[int, str, int], ...]
    seq: int
    act: Callable[[], None] = field(compare=False)
    dead: bool = field(default=False, compare=False)


class _VirtualAlarm:
    __slots__ = ("_due",)

    def __init__(self, due: _Due) -> None:
        self._due = due

    def cancel(self) -> None:
        self._due.dead = True


class VirtualClock:
    """A clock for one event loop; see the module's first lines."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._tokens = 0
        self._due: list[_Due] = []
        self._seq = count()
        self._watching = False

    def now(self) -> float:
        """Virtual seconds since the epoch."""
        return self._now

    def hold(self) -> None:
        """Take a token: time stands still until it is released."""
        self._tokens += 1

    def release(self) -> None:
        """Give a token back."""
        self._tokens -= 1
        if self._tokens == 0:
            self._watch()

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
            due.dead = True
            if not taken:
                self.hold()

    def alarm(self, seconds: float, ring: Callable[[], None]) -> _VirtualAlarm:
        """Call ``ring`` after ``seconds`` of virtual time."""
        return _VirtualAlarm(self._push(seconds, _ALARM, "", ring))

    def _push(self, seconds: float, rank: int, path: str, act: Callable[[], None]) -> _Due:
        when = round(self._now + max(0.0, seconds), _DIGITS)
        due = _Due(when, rank, natural_key(path), next(self._seq), act)
        heapq.heappush(self._due, due)
        return due

    def _watch(self) -> None:
        if not self._watching and self._due:
            self._watching = True
            asyncio.get_running_loop().call_soon(self._quiet, _QUIET_ROUNDS)

    def _quiet(self, rounds: int) -> None:
        if self._tokens > 0:
            self._watching = False
        elif rounds > 0:
            asyncio.get_running_loop().call_soon(self._quiet, rounds - 1)
        else:
            self._watching = False
            self._advance()

    def _advance(self) -> None:
        """Jump to the next thing due and let it happen.

        Only that one: what follows from it happens before the next thing of the same moment, so
        that ties do not depend on how many turns of the loop somebody takes.
        """
        while self._due and self._due[0].dead:
            heapq.heappop(self._due)
        if not self._due:
            return
        due = heapq.heappop(self._due)
        self._now = due.when
        due.act()
        if self._tokens == 0:
            self._watch()
