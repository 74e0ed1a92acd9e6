"""Running one fault script on one backend, and the list that all backends must give alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from adapters import registry
from adapters.base import Compiled, OrchestrationAdapter
from adapters.standalone import checked
from compiler.pipeline import compile_text
from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Players
from conductor_core.readings.scripted import ScriptedReadings
from conductor_core.run import Start
from conductor_core.stage import RunContext
from workflow_ir.allow import Allow
from workflow_ir.events import Event, EventKind
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

BACKENDS = ("native", "langgraph", "crewai")
STARTS: tuple[Start, ...] = ("eager", "graph")
WAYS = tuple((backend, start) for backend in BACKENDS for start in STARTS)
"""Each backend in each start mode."""

LONGEST_S = 60.0
"""Real seconds after which a run is taken for hanging."""

_ALLOW = Allow(python=("band",), command=("make",))


class Line(NamedTuple):
    """One attempt, as spec 4 wants it compared: its last section."""

    path: str
    n: int
    player: str
    error: str | None
    """Class and code."""
    decision: str | None
    delay_s: float


@dataclass(frozen=True, eq=False)
class Scene:
    """A Melody and the script of its players, as data; what comes of it is the test's matter."""

    name: str
    melody: Mapping[str, Any] | str
    """As data or as text."""
    script: Mapping[str, Any] | None
    """None: real players."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    have: Mapping[str, Any] = field(default_factory=dict)
    """Outputs that are handed in, by static address."""

    @cached_property
    def ir(self) -> WorkflowIR:
        """Compile it.

        Raises:
            AssertionError: It has errors.
        """
        text = self.melody
        if not isinstance(text, str):
            text = yaml.safe_dump(dict(text), sort_keys=False, width=200)
        made = compile_text(text, file=f"{self.name}.melody.yaml", allow=_ALLOW)
        problems = [f"{one.span}: {one.code} {one.message}" for one in made.diagnostics]
        assert made.ir is not None, "\n".join([*problems, text])
        return made.ir


@dataclass(frozen=True, slots=True)
class Played:
    """A run that has ended."""

    result: RunResult
    events: tuple[Event, ...]

    @property
    def form(self) -> dict[str, Any]:
        """The run object that is compared (spec 3, Equivalence)."""
        return self.result.normal_form()

    @property
    def lines(self) -> list[Line]:
        """Every attempt of every path, in the order of paths."""
        return [line for path in sorted(self.result.steps) for line in self.of(path)]

    def of(self, path: str) -> list[Line]:
        """The attempts of one path."""
        return list(_lines(path, self.result.to_json()["steps"][path].get("attempts", [])))

    def decisions(self, moments: bool = False) -> dict[str, list[dict[str, Any]]]:
        """By path: everything that was recorded of its decisions, reasons included, in order."""
        told = self.told(EventKind.DECISION)
        for one in (one for some in told.values() for one in some if not moments):
            del one["at"]
            one.get("inputs", {}).pop("time_left_s", None)
        return told

    @property
    def in_order(self) -> list[tuple[float, str, Any, Any]]:
        """The decisions of all paths as they were taken: second, path, attempt, rung."""
        return [
            (round(event.time - START, 6), event.path, event.facts["n"], event.facts["decision"])
            for event in self.events
            if event.kind is EventKind.DECISION
        ]

    @property
    def waits(self) -> dict[str, list[float]]:
        """By path: virtual seconds from each decision to the attempt that follows it."""
        found: dict[str, list[float]] = {}
        for path, told in self.told(EventKind.DECISION, EventKind.ATTEMPT_STARTED).items():
            for before, after in pairwise(told):
                if [before["event"], after["event"]] == ["decision", "attempt_started"]:
                    found.setdefault(path, []).append(round(after["at"] - before["at"], 6))
        return found

    def told(self, *kinds: EventKind) -> dict[str, list[dict[str, Any]]]:
        """By path: the facts of all events of these kinds, with their second."""
        found: dict[str, list[dict[str, Any]]] = {}
        for event in self.events:
            if event.kind in kinds:
                told = {k: v for k, v in event.to_json().items() if k not in ("seq", "time", "run")}
                told["at"] = round(event.time - START, 6)
                found.setdefault(event.path, []).append(told)
        return found


def play(
    ir: WorkflowIR,
    script: Mapping[str, Any] | None,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    *,
    inputs: Mapping[str, Any] | None = None,
    have: Mapping[str, Any] | None = None,
    players: Callable[[], Players] | None = None,
) -> Played:
    """Run once in virtual time.

    Args:
        ir: The workflow.
        script: What its players do; None: they are real.
        adapter: The backend.
        compiled: What it made of the workflow.
        start: Who starts steps.
        inputs: Of the run.
        have: Outputs that were handed in, by static address.
        players: Makes the players of the run, in place of those of the script.

    Raises:
        HostFault: The backend broke the contract.
        TimeoutError: It hangs.
    """
    journal = MemoryJournal()
    read = None if script is None else Script.read(dict(script))

    async def run() -> RunResult:
        troupe = Troupe(ir.players, Path(), ir.models, _ALLOW, read, modules=ir.modules)
        context = RunContext(
            run="equivalence",
            clock=VirtualClock(),
            players=troupe if players is None else players(),
            journal=journal,
            seed=None if read is None or read.seed is None else str(read.seed),
            scripted=read is not None,
            have=have or {},
            **({} if read is None else _scripted(read)),
        )
        running = adapter.execute(compiled, checked(ir, inputs or {}), context, start=start)
        return await asyncio.wait_for(running, LONGEST_S)

    return Played(asyncio.run(run()), tuple(journal.events))


def played(scene: Scene, backend: str, start: Start) -> Played:
    """Run a scene once on a backend."""
    compiled = compiled_on(backend, scene)
    return play(
        scene.ir, scene.script, adapter_of(backend), compiled, start,
        inputs=scene.inputs, have=scene.have,
    )  # fmt: skip


@lru_cache(maxsize=8)
def compiled_on(backend: str, scene: Scene) -> Compiled:
    """A scene as the framework's own object; runs share it."""
    return adapter_of(backend).compile(scene.ir)


@cache
def adapter_of(backend: str) -> OrchestrationAdapter:
    """The adapter under test."""
    return registry.load(backend)


def unlike(one: Played, other: Played, start: Start) -> list[str]:
    """What differs between two runs of one script; empty if nothing does.

    In eager start that is everything that was recorded, each with its virtual second. A graph may
    begin a step later (spec 1, start modes): there moments, waits for a place and the order of
    what happens at several paths are not compared.
    """
    eager = start == "eager"
    pairs: dict[str, tuple[Any, Any]] = {
        "attempts": (one.lines, other.lines),
        "normal form": (one.form, other.form),
        "decisions": (one.decisions(eager), other.decisions(eager)),
        "waits": (one.waits, other.waits),
    }
    if eager:
        pairs |= {
            "order": (one.in_order, other.in_order),
            "events": (one.told(*EventKind), other.told(*EventKind)),
            "virtual seconds": (one.result.usage.wall_s, other.result.usage.wall_s),
        }
    return [f"{name}: {here!r}, not {there!r}" for name, (there, here) in pairs.items()
            if here != there]  # fmt: skip


def _lines(path: str, attempts: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    for attempt in attempts:
        error = attempt.get("error")
        yield Line(
            path,
            attempt["n"],
            attempt["player"],
            None if error is None else f"{error['class']} {error['code']}",
            attempt.get("decision"),
            attempt.get("delay_s", 0.0),
        )


def _scripted(script: Script) -> dict[str, Any]:
    return {"people": ScriptedPeople(script), "readings": ScriptedReadings(script)}
