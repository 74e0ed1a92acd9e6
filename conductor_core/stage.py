"""What every performance of a run shares: ports, limits, the event list and the token rules."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from conductor_core.evaluator import Evaluator
from conductor_core.failure.history import Tally
from conductor_core.failure.purse import Purse
from conductor_core.limits.guards import Guards
from conductor_core.masks import MaskedJournal, Masks
from conductor_core.people.nobody import Nobody
from conductor_core.ports import Clock, Journal, People, Players, Readings
from conductor_core.readings.machine import Machine
from conductor_core.schedule.paused_time import PausedTime
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
    people: People = field(default_factory=Nobody)
    """Who answers approvals."""
    readings: Readings = field(default_factory=Machine)
    """What ``require`` reads."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By name, for ``secrets.NAME``; whatever leaves the conductor is masked."""
    history: Mapping[str, Tally] = field(default_factory=dict)
    """By player: how it has done until the run began; nothing of this run is added."""
    have: Mapping[str, Any] = field(default_factory=dict)
    """By static address: outputs that were handed in (``--have``)."""
    project: str = ""
    """Folder of the project: whose players are meant where limits hold for the whole process."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Keys of model providers, by variable: masked like secrets, and nothing may read them."""
    guards: Guards | None = None
    """Breakers, retry tokens and limits shared with other runs; None: the run has its own."""

    @property
    def repeatable(self) -> bool:
        """The run is to decide the same again: by a script or a seed (spec 8, Scripts)."""
        return self.scripted or self.seed is not None


@dataclass(slots=True)
class Stage:
    """The shared state below a run; handlers and ``perform`` work on it."""

    context: RunContext
    slots: Slots
    evaluator: Evaluator
    purse: Purse = field(default_factory=Purse)
    """What the run may spend and has spent."""
    running: Counter[tuple[str, str]] = field(default_factory=Counter, init=False)
    """By sub-melody and player: attempts that go on."""
    turns: Counter[tuple[str, str, tuple[str, ...]]] = field(default_factory=Counter, init=False)
    """By sub-melody, capability and candidates: how often a route was taken."""
    paused: PausedTime = field(init=False)
    masks: Masks = field(init=False)
    guards: Guards = field(init=False)
    _journal: Journal = field(init=False)
    _seq: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.paused = PausedTime(self.context.clock.now)
        self.masks = Masks({**self.context.keys, **self.context.secrets})
        self.guards = self.context.guards or Guards.of_run(self.context.clock)
        journal = self.context.journal
        self._journal = MaskedJournal(journal, self.masks) if self.masks else journal

    @property
    def clock(self) -> Clock:
        """The run's clock."""
        return self.context.clock

    def emit(self, kind: EventKind, path: str = "", **facts: Any) -> None:
        """Append one event to the journal."""
        self._seq += 1
        context = self.context
        self._journal.append(Event(kind, self._seq, context.clock.now(), context.run, path, facts))

    @contextmanager
    def playing(self, module: str, player: str) -> Iterator[None]:
        """Round an attempt: the player has one more, for whoever balances."""
        self.running[module, player] += 1
        try:
            yield
        finally:
            self.running[module, player] -= 1

    async def park(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token out, for a future that ``wake`` resolves."""
        self.clock.release()
        try:
            await future
        except asyncio.CancelledError:
            if not future.done() or future.cancelled():
                self.clock.hold()
            raise

    async def linger(self, future: asyncio.Future[Any]) -> None:
        """Wait with the token kept, for a future that others than this run resolve."""
        await future

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
