"""A run in virtual time, and players that do as they are told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.native.compile import program
from adapters.native.execute import walk
from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.host import host
from conductor_core.journal.memory import MemoryJournal
from conductor_core.people.nobody import Nobody
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import Script
from conductor_core.ports import Grant, Journal, People, Player, PlayRequest, Readings
from conductor_core.readings.scripted import ScriptedReadings
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.plan import plan
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

Act = Callable[[PlayRequest, Grant], Awaitable[Any]]
Drive = Callable[[Run], Awaitable[object]]


async def echo(request: PlayRequest, grant: Grant) -> Any:
    return request.with_


def naps(seconds: float, answer: Any = None) -> Act:
    async def act(request: PlayRequest, grant: Grant) -> Any:
        assert grant.clock is not None
        await grant.clock.sleep(seconds, path=request.path)
        return answer

    return act


def fails(code: str, **facts: Any) -> Act:
    async def act(request: PlayRequest, grant: Grant) -> Any:
        return StandardError.of(code, **facts)

    return act


def one_after_the_other(*acts: Act) -> Act:
    """One act a call and path; the last one repeats."""
    calls: Counter[str] = Counter()

    async def act(request: PlayRequest, grant: Grant) -> Any:
        place = min(calls[request.path], len(acts) - 1)
        calls[request.path] += 1
        return await acts[place](request, grant)

    return act


async def forever(request: PlayRequest, grant: Grant) -> Any:
    await asyncio.Event().wait()


@dataclass
class Stand:
    """The ports of a run with their parts at hand. Acts go by run path, else by player name."""

    acts: dict[str, Act] = field(default_factory=dict)
    journal: Journal = field(default_factory=MemoryJournal)
    seed: str | None = "seed"
    scripted: bool = True
    clock: VirtualClock = field(default_factory=VirtualClock)
    people: People = field(default_factory=Nobody)
    readings: Readings = field(default_factory=lambda: ScriptedReadings(Script()))
    secrets: dict[str, str] = field(default_factory=dict)
    have: dict[str, Any] = field(default_factory=dict)
    """Outputs that are handed in."""
    played: list[str] = field(default_factory=list)
    """Run paths in the order in which they were performed."""
    going: Counter[str] = field(default_factory=Counter)
    left: set[asyncio.Task[Any]] = field(default_factory=set)
    """Tasks of the loop that were not at their end with the run."""

    def find(self, name: str, path: str, address: str, module: str = "") -> Player | StandardError:
        return _Hand(self, self.acts.get(path) or self.acts.get(name) or echo)

    def context(self) -> RunContext:
        return RunContext(
            "run",
            self.clock,
            self,
            self.journal,
            self.seed,
            self.scripted,
            people=self.people,
            readings=self.readings,
            secrets=self.secrets,
            have=self.have,
        )

    def run(
        self,
        ir: WorkflowIR,
        start: Start = "eager",
        *,
        inputs: dict[str, Any] | None = None,
        drive: Drive | None = None,
    ) -> RunResult:
        """Run it natively, or by ``drive``. Nothing may be left: no task, no token."""

        async def alone() -> RunResult:
            try:
                return await self.perform(ir, start, inputs=inputs, drive=drive)
            finally:
                self.left = asyncio.all_tasks() - {asyncio.current_task()}

        result = asyncio.run(alone())
        assert not self.left
        assert self.tokens == 0
        return result

    async def perform(
        self,
        ir: WorkflowIR,
        start: Start = "eager",
        *,
        inputs: dict[str, Any] | None = None,
        drive: Drive | None = None,
    ) -> RunResult:
        graph = plan(ir)
        run = Run(ir, graph, inputs or {}, self.context(), start=start)
        made = program(graph)
        return await host(run, lambda: drive(run) if drive else walk(made, run), backend="native")

    @property
    def tokens(self) -> int:
        return self.clock._tokens

    @property
    def elapsed(self) -> float:
        return round(self.clock.now() - START, 6)

    @property
    def events(self) -> list[Event]:
        assert isinstance(self.journal, MemoryJournal)
        return self.journal.events

    def told(self, *kinds: EventKind) -> list[tuple[EventKind, str]]:
        """Kind and path of the events of these kinds; of all without."""
        return [(e.kind, e.path) for e in self.events if not kinds or e.kind in kinds]


@dataclass
class _Hand:
    stand: Stand
    act: Act

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        self.stand.played.append(request.path)
        self.stand.going[request.path] += 1
        try:
            answer = await self.act(request, grant)
        finally:
            self.stand.going[request.path] -= 1
        return answer if isinstance(answer, StandardError | Success) else Success(answer)


async def until(holds: Callable[[], bool]) -> None:
    """Let others go on until it holds."""
    while not holds():  # noqa: ASYNC110  what is waited for is told by no event of the loop
        await asyncio.sleep(0)


def attempts(result: RunResult, path: str) -> list[str]:
    """The attempts of a step, one line each: ``hand success``, ``hand http.503 retry 1``."""
    lines = []
    for one in result.steps[path].attempts:
        words = [one.player, one.error.code if one.error is not None else one.outcome]
        if one.decision is not None:
            words.append(one.decision)
        if one.delay_s:
            words.append(f"{one.delay_s:g}")
        lines.append(" ".join(words))
    return lines


def answering(**steps: Any) -> ScriptedPeople:
    """People who answer as a script's ``steps`` say."""
    return ScriptedPeople(Script.read({"steps": steps}))


def code(result: RunResult) -> str | None:
    return None if result.error is None else result.error.code


def statuses(result: RunResult) -> dict[str, str]:
    return {path: record.status.value for path, record in result.steps.items()}
