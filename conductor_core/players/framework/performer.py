"""A framework player: an existing graph, crew, flow, runnable or tool performs the step."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from conductor_core.failure.shown import shown
from conductor_core.players.called import answer, cancelled_itself, exited, named
from conductor_core.players.framework.asked import Asked, Brought
from conductor_core.players.framework.crewai import Crew, CrewBase, Flow
from conductor_core.players.framework.langchain import Graph, Runnable, Tool
from conductor_core.players.framework.recognise import Kind, recognise
from conductor_core.players.framework.silence import silent_import
from conductor_core.players.framework.started import alone
from conductor_core.players.loop_thread import LoopThread
from conductor_core.players.own_thread import own_thread
from conductor_core.players.project_modules import project_folder
from conductor_core.players.quarantine import Quarantine
from conductor_core.players.stages import AsyncStage, Inline, OwnLoops
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success

Isolation = Literal["inline", "thread", "worker", "process"]


@dataclass(slots=True)
class FrameworkPerformer:
    """Asks ``module:object`` in its framework's own asynchronous way.

    It runs on a loop of its own, so nothing of it blocks the conductor. What it retries by itself
    is one attempt of ours. While it performs, virtual time stands still.
    """

    target: str
    """``module:object``; the name may be dotted."""
    folder: Path
    """The project folder; its modules are found first."""
    isolation: Isolation | None = None
    """``inline``: on the conductor's loop. None, ``thread``: on one for the target's module, since
    clients of models and stores of checkpoints belong to a loop."""
    loops: dict[str, LoopThread] = field(default_factory=dict)
    """Of the run, by module."""
    quarantine: Quarantine = field(default_factory=Quarantine, init=False)
    """What this player left behind; then it answers ``unable_to_complete``."""
    _found: Brought | None = field(default=None, init=False)
    _loading: threading.Lock = field(default_factory=threading.Lock, init=False)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The object's answer as JSON data."""
        refused = self._refused(request, grant) or await self.quarantine.refusal(self.target)
        if refused is not None:
            return refused
        found = await self._ready()
        if isinstance(found, StandardError):
            return found
        asked = Asked(
            request.with_ if request.has_with else None,
            request.prompt,
            request.output,
            f"{request.idempotency_key}:{request.attempt}",
        )
        stage = self._stage()

        async def ask() -> Success | StandardError:
            with project_folder(self.folder):
                return await found.ask(asked)

        ending = await stage.run(
            lambda: alone(ask, own_loop=not stage.own_loop), self.quarantine, lambda: None
        )
        match ending.error:
            case None:
                return answer(self.target, ending.value, grant.output_bytes)
            case SystemExit() as error:
                return exited(self.target, error)
            case asyncio.CancelledError():
                return cancelled_itself(self.target)
            case error:
                raise error

    async def preload(self) -> None:
        """Import the module ahead of the first call; what goes wrong is told at that call."""
        await self._ready()

    @property
    def left_behind(self) -> bool:
        """Whether a call of it goes on that was told to stop."""
        return self.quarantine.left_behind

    def close(self) -> None:
        """Nothing: the loops are the run's."""

    def _refused(self, request: PlayRequest, grant: Grant) -> StandardError | None:
        apart = self.isolation in {"worker", "process"}
        if not apart and grant.memory_bytes is None and grant.cpu is None:
            return None
        fact = (
            f"has `isolation: {self.isolation}`"
            if apart
            else "is bound in memory or processor time, which only a process of its own can keep"
        )
        return StandardError.of(
            "config.invalid",
            f"player {request.player!r} {fact}; a framework player performs in this process:"
            " call it in a `python` player to have it in another one",
            origin="conductor",
        )

    def _stage(self) -> AsyncStage:
        if self.isolation == "inline":
            return Inline()
        return OwnLoops(self.target.partition(":")[0], self.loops)

    async def described(self) -> tuple[str, dict[str, Any]] | StandardError | None:
        """Of a tool what it says of itself and its arguments; None: it says nothing."""
        found = await self._ready()
        if isinstance(found, StandardError):
            return found
        return found.described() if isinstance(found, Tool) else None

    async def _ready(self) -> Brought | StandardError:
        found = self._found
        return await own_thread(self._load) if found is None else found

    def _load(self) -> Brought | StandardError:
        with self._loading, project_folder(self.folder), silent_import():
            known: Brought | None = self._found
            if known is not None:  # several calls came first; one object knows of all
                return known
            found = named(self.target, self.folder)
            if isinstance(found, StandardError):
                return found
            try:
                known = self._found = self._brought(found)
            except Exception as error:  # noqa: BLE001 - a graph that does not compile
                fact = f"{self.target} does not compile: {type(error).__name__}: {error}"
                return StandardError.of("config.invalid", shown(fact), origin="host")
            return self._unknown(found) if known is None else known

    def _unknown(self, found: object) -> StandardError:
        kind = type(found)
        return StandardError.of(
            "config.invalid",
            f"{self.target} is of type {kind.__module__}.{kind.__qualname__}, and no"
            f" {', '.join(Kind)}; what can be called is a player of kind `python`",
            origin="conductor",
        )

    def _brought(self, found: Any) -> Brought | None:
        match recognise(found):
            case Kind.GRAPH:
                return Graph(found, self.target)
            case Kind.UNCOMPILED_GRAPH:
                return Graph(found.compile(), self.target)
            case Kind.TOOL:
                return Tool(found, self.target)
            case Kind.RUNNABLE:
                return Runnable(found, self.target)
            case Kind.CREW:
                return Crew(found, self.target)
            case Kind.CREW_BASE:
                return CrewBase(found, self.target)
            case Kind.FLOW:
                return Flow(found, self.target, is_class=False)
            case Kind.FLOW_CLASS:
                return Flow(found, self.target, is_class=True)
            case None:
                return None
