"""Time for a player in a process of its own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChildClock:
    """Implements ``ports.PlayerClock``: starts at the run's moment and goes on in real time.

    A wait there is work to the run, so in virtual time nothing overtakes it.
    """

    start: float
    """The moment of the call by the run's clock, seconds since the epoch."""
    _began: float = field(default_factory=time.monotonic, init=False)

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.start + time.monotonic() - self._began

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait in real time."""
        del path
        await asyncio.sleep(max(0.0, seconds))
