"""Players that the kit brings along, for runs that are looked at side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.base import Compiled, OrchestrationAdapter
from conductor_core.clock.real import RealClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.ports import Grant, Player, PlayRequest
from conductor_core.run import Start
from conductor_core.stage import RunContext
from workflow_ir.outcome import StandardError, Success
from workflow_ir.result import RunResult


@dataclass(slots=True)
class Meeting:
    """A player that answers once as many runs have asked it as are awaited."""

    awaited: int
    here: int = 0
    all_here: asyncio.Event = field(default_factory=asyncio.Event)

    def find(self, name: str, path: str, address: str, module: str = "") -> Player | StandardError:
        """Whatever player is meant, this one is it."""
        del name, path, address, module
        return self

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """Give back what it was handed."""
        del grant
        self.here += 1
        if self.here >= self.awaited:
            self.all_here.set()
        await self.all_here.wait()
        return Success(request.with_)


async def meet(
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    players: Meeting,
    inputs: Mapping[str, Any],
    start: Start,
) -> RunResult:
    """One of the runs that meet, in real time."""
    context = RunContext(
        run="conformance", clock=RealClock(), players=players, journal=MemoryJournal()
    )
    return await adapter.execute(compiled, dict(inputs), context, start=start)
