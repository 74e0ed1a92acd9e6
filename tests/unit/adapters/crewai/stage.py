"""A run in virtual time with players that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.base import OrchestrationAdapter
from adapters.crewai import ADAPTER
from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.ports import Clock, Grant, PlayRequest
from conductor_core.run import Start
from conductor_core.stage import RunContext
from workflow_ir.outcome import StandardError, Success
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

USUAL_S = 0.1


@dataclass
class Cast:
    """Everyone takes 0.1 s and answers with its path, unless its path is told to fail or wait."""

    clock: Clock
    fails: frozenset[str] = frozenset()
    takes: Mapping[str, float] = field(default_factory=dict)
    began: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    hangs: frozenset[str] = frozenset()
    """Never answer; virtual time stands still."""
    hung: asyncio.Event = field(default_factory=asyncio.Event)

    def find(self, name: str, path: str, address: str, module: str = "") -> Cast:
        return self

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        self.began.append(request.path)
        try:
            if request.path in self.hangs:
                self.hung.set()
                await asyncio.Event().wait()
            await self.clock.sleep(self.takes.get(request.path, USUAL_S), path=request.path)
            if request.path in self.fails:
                return StandardError.of("input.invalid", "told to", origin="player")
            return Success(request.path)
        finally:
            self.ended.append(request.path)


@dataclass
class Stage:
    cast: Cast
    context: RunContext
    clock: VirtualClock

    @property
    def elapsed_s(self) -> float:
        return round(self.clock.now() - START, 6)


def stage(fails: tuple[str, ...] = (), takes: Mapping[str, float] | None = None) -> Stage:
    clock = VirtualClock()
    cast = Cast(clock, frozenset(fails), takes or {})
    return Stage(cast, RunContext("run", clock, cast, MemoryJournal(), scripted=True), clock)


def perform(
    ir: WorkflowIR,
    start: Start,
    on: Stage,
    *,
    adapter: OrchestrationAdapter = ADAPTER,
    inputs: dict[str, Any] | None = None,
) -> RunResult:
    """Run it; nothing may be left on the loop when the adapter returns."""

    async def alone() -> RunResult:
        result = await adapter.execute(adapter.compile(ir), inputs or {}, on.context, start=start)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left
        return result

    return asyncio.run(alone())
