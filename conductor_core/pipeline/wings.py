"""Where a player waits while it asks another one: it gives up its place of the run meanwhile.

Everybody takes a place of a player first and a place of the run after it. Whoever kept a place of
the run and waited for one of a player might wait for a step that waits for that very place.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from conductor_core.clock.lease import Lease
from conductor_core.performance import Going
from conductor_core.ports import Clock


class Wings:
    """Waits for one attempt; implements ``limits.bulkhead.Waits``.

    Args:
        going: The performance; it has a place of the run.
        lease: The clock of the player that waits.
    """

    def __init__(self, going: Going, lease: Lease) -> None:
        self._task, self._stage, self._lease = going.task, going.stage, lease
        self._gone = False
        """Its place of the run is given up."""

    @property
    def clock(self) -> Clock:
        """The run's clock."""
        return self._stage.clock

    async def park(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token of the step out."""
        self.give_up()
        with self._lease.away():
            await self._stage.park(future)

    async def wait(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token of the step out, and have a place of the run again afterwards."""
        await self.park(future)
        await self.enter()

    async def linger(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token kept."""
        self.give_up()
        await self._stage.linger(future)

    def wake(self, future: asyncio.Future[Any]) -> bool:
        """Resolve a parked future and take the token for whoever waits."""
        return self._stage.wake(future)

    async def enter(self) -> None:
        """Have a place of the run again.

        Raises:
            asyncio.CancelledError: The caller is cancelled, or about to be.
        """
        if self._gone:
            with self._lease.away():
                await self._stage.enter(self._stage.slots, self._task.rank, self._task.wanted)
            self._gone = False

    @asynccontextmanager
    async def back(self) -> AsyncIterator[None]:
        """Whoever leaves has its place again, however it leaves: it gives it back by itself."""
        try:
            yield
        finally:
            if self._gone:
                self._gone = False
                self._stage.slots.take()

    def give_up(self) -> None:
        """Work in no place of the run from now on."""
        if not self._gone:
            self._gone = True
            self._stage.slots.leave()
