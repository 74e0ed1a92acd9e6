"""What every performance of a run shares: ports, limits, the event list and the token rules."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conductor_core.evaluator import Evaluator
from conductor_core.ports import Clock, Journal, Players
from conductor_core.schedule.slots import Rank, Slots
from workflow_ir.events import Event, EventKind


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a door hands in for one run."""

    run: str
    """Name of the run, unique in its project."""
    clock: Clock
    players: Players
    journal: Journal
    seed: str | None = None
    """Source of jitter; None: the run's name, so every run draws its own."""
    scripted: bool = False
    """Players follow a script: no jitter unless it is written (spec 8)."""


@dataclass(slots=True)
class Stage:
    """The shared state below a run; handlers and ``perform`` work on it."""

    context: RunContext
    slots: Slots
    evaluator: Evaluator
    usd: float = 0.0
    tokens: int = 0
    _seq: int = field(default=0, init=False)

    @property
    def clock(self) -> Clock:
        """The run's clock."""
        return self.context.clock

    def emit(self, kind: EventKind, path: str = "", **facts: Any) -> None:
        """Append one event to the journal."""
        self._seq += 1
        context = self.context
        context.journal.append(
            Event(kind, self._seq, context.clock.now(), context.run, path, facts)
        )

    async def park(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token out, for a future that ``wake`` resolves."""
        self.clock.release()
        try:
            await future
        except asyncio.CancelledError:
            if not future.done() or future.cancelled():
                self.clock.hold()
            raise

    def wake(self, future: asyncio.Future[Any]) -> bool:
        """Resolve a parked future and take the token for whoever waits; False if it is gone."""
        if future.done():
            return False
        self.clock.hold()
        future.set_result(None)
        return True

    async def enter(self, slots: Slots, rank: Rank, wanted: Callable[[], bool]) -> None:
        """Take a place, to be given back by ``slots.leave``; the token is out while waiting.

        Args:
            slots: The limit.
            rank: Place in the queue.
            wanted: Whether it may still begin; asked when there is a place.

        Raises:
            asyncio.CancelledError: The caller is cancelled, or about to be: not wanted any more.
        """
        if not slots.enter():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            slots.wait(rank, lambda: self.wake(future))
            try:
                await self.park(future)
            except asyncio.CancelledError:
                if future.done() and not future.cancelled():
                    slots.leave()
                raise
        if not wanted():
            slots.leave()
            raise asyncio.CancelledError
