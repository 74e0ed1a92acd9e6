"""The clock as one player has it: its waits give the token of its step back, and no other's.

A player may wait for several things at once, swallow its cancellation, or be left behind while it
sleeps. None of that may move the time of those who still perform.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from conductor_core.ports import Clock


class Lease:
    """Time for one attempt; implements ``ports.PlayerClock``.

    Args:
        clock: The run's clock. Whoever makes the lease holds one token of it.
        within: The lease of the player that asks this one in its own attempt. Both share the
            token: while one of them waits, it is out.
    """

    __slots__ = ("_clock", "asleep", "left", "naps", "within")

    def __init__(self, clock: Clock, within: Lease | None = None) -> None:
        self._clock = clock
        self.within = within
        self.left = False
        """The player was left behind: the step goes on without it."""
        self.asleep = 0
        """Waits of the player, and of whom it asks, that go on."""
        self.naps = 0
        """Waits that have begun."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.now()

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait. The step's token is out as long as any sleep of this player goes on."""
        with self.away():
            await self._clock.sleep(seconds, path=path)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Round a wait that gives a token back and takes it again, as the clock's ``sleep`` does.

        The token of the step is out as long as any such wait goes on.
        """
        if self._is_out():
            self._clock.hold()  # it is out already, or not the player's any more
        for lease in self._line():
            lease.asleep += 1
            lease.naps += 1
        try:
            yield
        finally:
            for lease in self._line():
                lease.asleep -= 1
            if self._is_out():
                self._clock.release()

    def leave(self) -> None:
        """The player goes on without its step, which has its token again."""
        if self.left:
            return
        *_, top = outer = self._line()
        was_out = not top.left and bool(self.asleep)
        for lease in outer[1:]:
            lease.asleep -= self.asleep
        if was_out and (top is self or not top.asleep):
            self._clock.hold()
        self.left = True

    def _line(self) -> list[Lease]:
        """This lease and those round it, up to one whose player was left behind."""
        line = [self]
        while (outer := line[-1].within) is not None and not line[-1].left:
            line.append(outer)
        return line

    def _is_out(self) -> bool:
        top = self._line()[-1]
        return top.left or bool(top.asleep)

    def alarm(
        self, seconds: float, ring: Callable[[], None], *, also_asleep: bool = False
    ) -> LeaseAlarm:
        """Call ``ring`` after ``seconds`` of the run's time, or of real work without a sleep.

        Real work keeps its token and so freezes virtual time; it has a limit all the same.

        Args:
            seconds: Not negative.
            ring: Called once.
            also_asleep: Real time counts while the player sleeps, too.
        """
        return LeaseAlarm(self, self._clock, seconds, ring, also_asleep=also_asleep)


class LeaseAlarm:
    """Rings in the run's time or in that of the machine; implements ``ports.Timer``."""

    __slots__ = (
        "_also_asleep",
        "_clock",
        "_due",
        "_ends",
        "_lease",
        "_naps",
        "_real",
        "_ring",
        "_seconds",
    )

    def __init__(
        self,
        lease: Lease,
        clock: Clock,
        seconds: float,
        ring: Callable[[], None],
        *,
        also_asleep: bool,
    ) -> None:
        self._lease, self._seconds, self._ring = lease, seconds, ring
        self._also_asleep = also_asleep
        self._clock, self._ends = clock, clock.now() + seconds
        self._due = clock.alarm(seconds, self._fire)
        self._arm()

    def cancel(self) -> None:
        """It will not ring."""
        self._due.cancel()
        self._real.cancel()

    def passed(self) -> bool:
        """Whether it is time, though it may not have rung: on a blocked loop nothing rings."""
        if self._clock.now() >= self._ends:
            return True
        real_end = asyncio.get_running_loop().time() >= self._real.when()
        return real_end and not self._napping()

    def _napping(self) -> bool:
        """A player that sleeps or has slept is bounded by the run's time, not by a slow machine."""
        return bool(self._lease.asleep) or self._lease.naps != self._naps

    def _arm(self) -> None:
        self._naps = self._lease.naps
        self._real = asyncio.get_running_loop().call_later(self._seconds, self._real_end)

    def _real_end(self) -> None:
        if self._napping() and not self._also_asleep:
            self._arm()
        else:
            self._fire()

    def _fire(self) -> None:
        self.cancel()
        self._ring()
