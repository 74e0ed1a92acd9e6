"""The run's clock for a player on another thread, whichever loop it has there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from conductor_core.ports import PlayerClock


@dataclass(frozen=True, slots=True)
class ThreadClock:
    """Implements ``ports.PlayerClock``; every sleep is one of the lease on the conductor's loop.

    So the token of the step is out while the player sleeps, and back before it goes on.
    """

    clock: PlayerClock
    loop: asyncio.AbstractEventLoop
    """The conductor's."""
    _naps: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock.now()

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait; cancelling the wait ends it on the conductor's loop, too."""
        if asyncio.get_running_loop() is self.loop:
            await self.clock.sleep(seconds, path=path)
            return
        await asyncio.wrap_future(
            asyncio.run_coroutine_threadsafe(self._nap(seconds, path), self.loop)
        )

    def stop(self) -> None:
        """The player was told to stop: its naps end; called on the conductor's loop.

        Its token is back at once. Else virtual time would go on while the word is on its way.
        """
        for nap in tuple(self._naps):
            nap.cancel()

    async def _nap(self, seconds: float, path: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._naps.add(task)
        try:
            await self.clock.sleep(seconds, path=path)
        finally:
            self._naps.discard(task)
