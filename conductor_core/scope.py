"""The state of a run: scopes entered, steps in them, items of maps. Data only, no decisions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conductor_core.failure.purse import Purse
from conductor_core.schedule.slots import Rank, Slots
from workflow_ir.ids import RegionPath, RunPath
from workflow_ir.outcome import StandardError
from workflow_ir.plan import Region
from workflow_ir.result import StepRecord, StepStatus
from workflow_ir.steps import ForEach, Guard, Repeat, Require, Scope, Step, When, Window


@dataclass(slots=True, eq=False)
class RegionRun:
    """One performance of a region: the run itself, or one item of a map of scopes."""

    path: RegionPath
    region: Region
    outer: RegionRun | None = None
    """The region with the node it stands below."""
    steps: dict[str, StepRun] = field(default_factory=dict)
    """Steps of every scope entered in this region, by static address."""
    beside: bool = False
    """No backend has a graph of it: a player's sub-melody, conducted inside an attempt."""
    over: bool = False
    """It failed or was cancelled; nothing of it is performed any more."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Everything in it has been cancelled and awaited."""

    def left_early(self) -> bool:
        """A backend need not have gone through all of it: it is over, or one round it is."""
        if self.over or self.beside:
            return True
        return self.outer is not None and self.outer.left_early()

    def in_an_attempt(self) -> bool:
        """It is conducted inside an attempt, which cannot pause."""
        return self.beside or (self.outer is not None and self.outer.in_an_attempt())


@dataclass(slots=True, eq=False)
class StepRun:
    """One step in one entered scope."""

    step: Step
    path: RunPath
    home: ScopeRun
    record: StepRecord
    rank: Rank
    """Its place in every queue."""
    waiting: int = 0
    """Dependencies that have not settled."""
    readers: list[StepRun] = field(default_factory=list)
    """Steps that wait for this one."""
    results: list[ScopeRun] = field(default_factory=list)
    """Scopes whose result waits for this one."""
    task: asyncio.Task[None] | None = None
    began: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    """A branch has decided, a map knows its items; or the step has settled without."""
    inner: ScopeRun | None = None
    """The scope of the arm taken."""
    map: MapRun | None = None
    """Of a map: its items, once known."""
    failed_at: str | None = None
    """Run path of the step below that made this one fail."""
    cut: bool = False
    """A person gave its output, or it was reconstructed, after its inside had failed; that was left
    before its end."""
    seen: dict[str, Any] | None = None
    """What expressions see of it, once settled."""
    held: bool = False
    """It may turn out not to be needed: nobody starts it yet."""
    urgent: bool = False
    """Somebody waits for it beside the graph: the conductor starts it in graph mode, too."""
    watchers: list[asyncio.Future[None]] = field(default_factory=list)
    """Parked futures of those who wait for its end beside the graph."""

    def lost(self) -> bool:
        """It ended without an output that others may count on, and not by a gap or a skip."""
        return self.record.status in (StepStatus.FAILED, StepStatus.CANCELLED)


@dataclass(slots=True, eq=False)
class MapRun:
    """The items of a map and how many have which outcome."""

    items: list[ItemRun]
    slots: Slots
    """The map's own limit."""
    done: asyncio.Future[None]
    """Resolved when the threshold is reached or cannot be reached any more."""
    kept: int = 0
    """Items that do not count against the threshold: succeeded, skipped, or a written gap."""
    lost: int = 0
    """Items that failed."""
    late: bool = False
    """The time of its sync point was over before its verdict."""
    outer: MapRun | None = None
    """The map in whose item it stands."""
    growing: bool = False
    """More items may come: the iterations of a loop."""
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    """There are more items than before, or there will be no more."""

    def grow(self) -> None:
        """One more item can be entered."""
        self.grown.set()

    def complete(self) -> None:
        """There will be no more items."""
        self.growing = False
        self.grown.set()


@dataclass(slots=True, eq=False)
class ItemRun:
    """One item of a map."""

    index: int
    value: Any
    place: StepRun
    """Its performance, told of as if it were a step; ``opened`` once its inner graph is there."""
    region: RegionRun | None = None
    """Its inner graph, if its verb holds scopes."""
    hidden: bool = False
    """No entry of the result: a side, an iteration, the inside of a group (spec 8, Results)."""

    @property
    def name(self) -> int | str:
        """How ``.failed`` tells of it: the id of a side, the index of an item."""
        return self.value if self.hidden and isinstance(self.value, str) else self.index


@dataclass(slots=True, eq=False)
class ScopeRun:
    """One entered scope."""

    scope: Scope
    prefix: str
    region: RegionRun
    parent: ScopeRun | None
    of: MapRun | None
    """The map whose item entered it, or the places of the step that did."""
    names: dict[str, object]
    """Names other than ``steps`` that expressions here may use."""
    done: asyncio.Future[None]
    """Resolved when all steps have settled and the result can be read, or at the first failure."""
    purse: Purse
    """What is spent in it is spent from here."""
    module: str = ""
    """The sub-melody whose players it uses; empty for the Melody itself."""
    sealed: bool = False
    """It is the top scope of a sub-melody: from inside, nothing outside is seen."""
    in_map: bool = False
    """It stands in an item of a map, however deep."""
    urgent: bool = False
    """Its steps are: what is round it is waited for beside the graph."""
    steps: dict[str, StepRun] = field(default_factory=dict)
    unsettled: int = 0
    """Own steps, and outer steps the result reads, that have not settled."""
    failure: tuple[str, StandardError] | None = None
    """Run path and error of the first step that failed."""
    cancelled: bool = False
    """Its steps are being cancelled; its region ends soon, and nothing new may start in it."""

    def find(self, address: str) -> StepRun | None:
        """The step of that address in this scope or an enclosing one."""
        name = address.rpartition(".")[2]
        scope: ScopeRun | None = self
        while scope is not None:
            step = scope.steps.get(name)
            if step is not None and step.step.address == address:
                return step
            scope = scope.seen_from_inside()
        return None

    def seen_from_inside(self) -> ScopeRun | None:
        """The scope round it whose names are known here."""
        return None if self.sealed else self.parent

    def env(self, now: float) -> Names:
        """The names an expression in this scope may use."""
        env = Names(self.names)
        env["steps"] = StepsView(self)
        env.moment = now
        return env

    def failing(self) -> bool:
        """A step of this scope or of an enclosing one has failed: nothing new starts."""
        scope: ScopeRun | None = self
        while scope is not None:
            if scope.failure is not None:
                return True
            scope = scope.parent
        return False

    def ending(self) -> bool:
        """This scope or an enclosing one is being cancelled."""
        scope: ScopeRun | None = self
        while scope is not None:
            if scope.cancelled:
                return True
            scope = scope.parent
        return False

    def decided(self) -> bool:
        """A map or parallel sides round this scope have their verdict."""
        scope: ScopeRun | None = self
        while scope is not None:
            of = scope.of
            while of is not None:
                if of.done.done():
                    return True
                of = of.outer
            scope = scope.parent
        return False

    def recovered(self) -> bool:
        """A step below succeeded in another way than at the first attempt."""
        return any(step.record.status is StepStatus.RECOVERED for step in self.steps.values())


class Names(dict[str, object]):
    """Names in scope; the step's start time is written out only if an expression asks for it."""

    moment: float = 0.0

    def adding(self, **more: object) -> Names:
        """These names and ``more``."""
        names = Names(self)
        names.update(more)
        names.moment = self.moment
        return names

    def __missing__(self, name: str) -> object:
        if name == "__now__":
            stamp = datetime.fromtimestamp(self.moment, UTC).isoformat(timespec="milliseconds")
            return stamp.replace("+00:00", "Z")
        raise KeyError(name)


class StepsView(Mapping[str, Mapping[str, Any]]):
    """``steps`` as expressions see it: lexical, settled steps only."""

    __slots__ = ("_scope",)

    def __init__(self, scope: ScopeRun) -> None:
        self._scope = scope

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        scope: ScopeRun | None = self._scope
        while scope is not None:
            step = scope.steps.get(name)
            if step is not None:
                return _seen(step)
            scope = scope.seen_from_inside()
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._scope.steps)

    def __len__(self) -> int:
        return len(self._scope.steps)


def _is_loop(step: Step) -> bool:
    body = step.body
    while isinstance(body, When | Window | Require | ForEach | Guard):
        body = body.body
    return isinstance(body, Repeat)


def _seen(step: StepRun) -> Mapping[str, Any]:
    """What ``steps.x`` gives (spec 8): an output only where there is one."""
    if step.seen is not None:
        return step.seen
    record = step.record
    seen: dict[str, Any] = {
        "status": record.status.value,
        "ok": record.status.ok,
        "error": None,
        "attempts": len(record.attempts),
        "player": record.player,
        "branch": record.branch,
    }
    if record.error is not None:
        seen["error"] = {**record.error.brief(), "message": record.error.message}
    if record.status.ok:
        seen["output"] = record.output
    if _is_loop(step.step):
        seen["exhausted"] = record.exhausted
    if record.failed is not None:
        seen["failed"] = record.failed
    if record.succeeded is not None:
        seen["succeeded"] = record.succeeded
    if record.status.settled:
        step.seen = seen
    return seen
