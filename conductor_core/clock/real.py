"""The machine's own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from conductor_core.clock.idle import Idle
from conductor_core.ports import Timer


class RealClock:
    """Wall time that never runs backwards within a run: a monotonic clock set once.

    Tokens do not move this time; they tell whether anything is going on (``when_idle``).
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._tokens = 0
        self._alarms = 0
        """Alarms that have not rung and were not cancelled."""
        self._idle = Idle(self._busy)

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._offset + time.monotonic()

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait for ``seconds``; the token stays, ``path`` is of no use here."""
        del path
        await asyncio.sleep(max(0.0, seconds))

    def alarm(self, seconds: float, ring: Callable[[], None]) -> Timer:
        """Call ``ring`` after ``seconds``."""
        self._alarms += 1
        return _Alarm(max(0.0, seconds), ring, self._over)

    def hold(self) -> None:
        """Take a token: something is going on."""
        self._tokens += 1

    def release(self) -> None:
        """Give a token back."""
        self._tokens -= 1
        if self._tokens == 0:
            self._idle.watch()

    def when_idle(self, call: Callable[[], None]) -> Timer:
        """Call whenever nobody holds a token and no alarm is set (``ports.Clock``)."""
        return self._idle.when(call)

    def _busy(self) -> bool:
        return self._tokens > 0 or self._alarms > 0

    def _over(self) -> None:
        self._alarms -= 1
        if self._tokens == 0:
            self._idle.watch()


class _Alarm:
    __slots__ = ("_handle", "_over", "_ring")

    def __init__(self, seconds: float, ring: Callable[[], None], over: Callable[[], None]) -> None:
        self._ring = ring
        self._over: Callable[[], None] | None = over
        self._handle = asyncio.get_running_loop().call_later(seconds, self._fire)

    def cancel(self) -> None:
        self._handle.cancel()
        over, self._over = self._over, None
        if over is not None:
            over()

    def _fire(self) -> None:
        self.cancel()
        self._ring()
