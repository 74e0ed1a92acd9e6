"""The machine's own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class RealClock:
    """Wall time that never runs backwards within a run: a monotonic clock set once."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._offset + time.monotonic()

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait for ``seconds``; ``path`` is of no use here."""
        del path
        await asyncio.sleep(max(0.0, seconds))

    def alarm(self, seconds: float, ring: Callable[[], None]) -> asyncio.TimerHandle:
        """Call ``ring`` after ``seconds``."""
        return asyncio.get_running_loop().call_later(max(0.0, seconds), ring)

    def hold(self) -> None:
        """Tokens matter to virtual time only."""

    def release(self) -> None:
        """Tokens matter to virtual time only."""
