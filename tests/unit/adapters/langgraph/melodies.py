"""Small Melodies built as IR, and players that do as a table says."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.ports import Grant, PlayRequest
from conductor_core.stage import RunContext
from workflow_ir.ids import StepAddress, StepId
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import PythonPlayer
from workflow_ir.policy import Policy, Retry, Rung, RunPolicy, SucceedIf
from workflow_ir.steps import (
    Arm,
    Body,
    Branch,
    Dependency,
    ForEach,
    Guard,
    Play,
    Scope,
    Set,
    Step,
    When,
)
from workflow_ir.values import ExprValue, LiteralValue, MapValue, Value
from workflow_ir.workflow import Input, WorkflowIR

Act = Callable[[PlayRequest, Grant], Awaitable[Any]]


def expr(source: str) -> ExprValue:
    return ExprValue(kind="expr", source=source)


def literal(value: Any) -> LiteralValue:
    return LiteralValue(kind="literal", value=value)


def mapping(**entries: Value) -> MapValue:
    return MapValue(kind="map", entries=entries)


def play(player: str = "echo", *, policy: Policy | None = None, **with_: str) -> Guard:
    entries = {name: expr(source) for name, source in with_.items()}
    verb = Play(
        kind="play",
        player=player,
        **{"with": MapValue(kind="map", entries=entries)},  # type: ignore[arg-type]
    )
    once = Policy(retry=Retry(max_attempts=1))
    return Guard(kind="guard", policy=policy or once, body=verb, gap_accepted=True)


def skipping(guard: Guard) -> Guard:
    return guard.model_copy(update={"on_failure": (Rung.SKIP,)})


def set_(source: str) -> Set:
    return Set(kind="set", value=expr(source))


def when(source: str, body: Any) -> When:
    return When(kind="when", condition=expr(source), body=body)


def for_each(
    items: str, body: Any, *, concurrency: int | None = None, succeed_if: SucceedIf | None = None
) -> ForEach:
    return ForEach(
        kind="for_each",
        items=expr(items),
        concurrency=concurrency,
        succeed_if=succeed_if or SucceedIf(kind="all"),
        body=body,
    )


def arm(name: str, condition: str | None, *steps: Step, result: str | None = None) -> Arm:
    scope = Scope(steps=steps, result=None if result is None else expr(result))
    return Arm(name=name, when=None if condition is None else expr(condition), scope=scope)


def branch(*arms: Arm) -> Branch:
    return Branch(kind="branch", arms=arms)


def step(address: str, body: Body, *needs: str) -> Step:
    name = address.rpartition(".")[2]
    depends = tuple(Dependency(on=StepAddress(on)) for on in needs)
    return Step(id=StepId(name), address=StepAddress(address), depends=depends, body=body)


def melody(
    *steps: Step,
    on_step_failure: Any = "cancel",
    inputs: dict[str, Input] | None = None,
    **outputs: str,
) -> WorkflowIR:
    result = mapping(**{name: expr(source) for name, source in outputs.items()})
    return WorkflowIR(
        kind="melody.ir/1",
        name="tune",
        inputs=inputs or {},
        players={name: PythonPlayer(kind="python", target="no:where") for name in ACTS},
        policy=RunPolicy(on_step_failure=on_step_failure),
        root=Scope(steps=steps, result=result),
    )


async def echo(request: PlayRequest, grant: Grant) -> Any:
    return request.with_


async def nap(request: PlayRequest, grant: Grant) -> Any:
    assert grant.clock is not None
    await grant.clock.sleep(request.with_["s"], path=request.path)
    return request.path


async def fail(request: PlayRequest, grant: Grant) -> Any:
    return StandardError.of("output.refused", "no")


async def fail_on_bad(request: PlayRequest, grant: Grant) -> Any:
    return StandardError.of("output.refused", "bad") if request.with_["x"] == "bad" else "good"


async def forever(request: PlayRequest, grant: Grant) -> Any:
    await asyncio.Event().wait()


async def unsteady(request: PlayRequest, grant: Grant) -> Any:
    if request.attempt == 1:
        return StandardError.of("http.503", "busy")
    return "in the end"


ACTS: dict[str, Act] = {
    "echo": echo,
    "nap": nap,
    "fail": fail,
    "fail_on_bad": fail_on_bad,
    "forever": forever,
    "unsteady": unsteady,
}


@dataclass
class FakePlayers:
    """Implements the port; counts what was played and who is still at it."""

    played: list[str] = field(default_factory=list)
    going: Counter[str] = field(default_factory=Counter)
    most: int = 0

    def find(self, name: str, path: str, address: str, module: str = "") -> Any:
        return _Player(self, ACTS[name])


@dataclass
class _Player:
    owner: FakePlayers
    act: Act

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        owner = self.owner
        owner.played.append(request.path)
        owner.going[request.path] += 1
        owner.most = max(owner.most, owner.going.total())
        try:
            answer = await self.act(request, grant)
        finally:
            owner.going[request.path] -= 1
        return answer if isinstance(answer, StandardError) else Success(answer)


@dataclass
class Stand:
    """A context with its parts at hand."""

    players: FakePlayers = field(default_factory=FakePlayers)
    clock: VirtualClock = field(default_factory=VirtualClock)
    journal: MemoryJournal = field(default_factory=MemoryJournal)

    def context(self) -> RunContext:
        return RunContext(
            run="run", clock=self.clock, players=self.players, journal=self.journal, scripted=True
        )

    @property
    def elapsed(self) -> float:
        return round(self.clock.now() - START, 3)
