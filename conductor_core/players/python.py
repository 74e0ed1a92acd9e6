"""A python player in the conductor's own process: a callable, sync or async (spec 6)."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conductor_core.players.called import Called, answer, cancelled_itself, exited, load
from conductor_core.players.loop_thread import Ending
from conductor_core.players.own_thread import own_thread
from conductor_core.players.project_modules import project_folder
from conductor_core.players.quarantine import GRACE_S, Quarantine
from conductor_core.players.stages import AsyncStage, Inline
from conductor_core.players.thread_clock import ThreadClock
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success


@dataclass(slots=True)
class PythonPerformer:
    """Calls ``module:name`` with the step's ``with`` map as keyword arguments.

    Nothing is imported before the first call. A sync callable runs in a thread of its own, so it
    never blocks the loop. What the callable raises is raised again, for the classifier.
    """

    target: str
    """``module:name``; the name may be dotted."""
    folder: Path
    """The project folder; its modules are found first."""
    stage: AsyncStage = field(default_factory=Inline)
    """Where async callables run."""
    quarantine: Quarantine = field(default_factory=Quarantine, init=False)
    """What this player left behind; then it answers ``unable_to_complete``."""
    _loaded: Called | None = field(default=None, init=False)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The callable's result as JSON data."""
        refused = await self.quarantine.refusal(self.target)
        if refused is not None:
            return refused
        with project_folder(self.folder):
            called = await self._found()
            if isinstance(called, StandardError):
                return called
            clock = None
            if grant.clock is not None and not (called.is_async and self.stage.own_loop):
                clock = ThreadClock(grant.clock, asyncio.get_running_loop())
                grant = replace(grant, clock=clock)
            handed: dict[str, object] = {"PlayRequest": request, "Grant": grant}
            arguments = called.signature.arguments(request.with_, handed.__getitem__)
            if isinstance(arguments, StandardError):
                return arguments.replace(message=f"{self.target}: {arguments.message}")
            ending = await self._call(called, arguments, clock)
        if ending.error is not None:
            return self._ended(ending.error)
        return answer(self.target, ending.value, grant.output_bytes)

    async def preload(self) -> None:
        """Import the module ahead of the first call; what goes wrong is told at that call."""
        with project_folder(self.folder):
            await self._found()

    async def _found(self) -> Called | StandardError:
        if self._loaded is None:
            called = await own_thread(lambda: load(self.target, self.folder))
            if isinstance(called, StandardError):
                return called
            self._loaded = called
        return self._loaded

    async def _call(
        self, called: Called, arguments: dict[str, Any], clock: ThreadClock | None
    ) -> Ending:
        function, quarantine = called.function, self.quarantine

        def stopping() -> None:
            if clock is not None:
                clock.stop()

        def left(ended: threading.Event) -> None:
            stopping()
            quarantine.stopped(ended, grace_s=GRACE_S)

        if called.is_async:
            return await self.stage.run(lambda: function(**arguments), quarantine, stopping)
        ending = await own_thread(lambda: _guarded(lambda: function(**arguments)), left=left)
        if inspect.isawaitable(ending.value):
            return await self.stage.run(lambda: ending.value, quarantine, stopping)
        return ending

    def _ended(self, error: BaseException) -> StandardError:
        if isinstance(error, SystemExit):
            return exited(self.target, error)
        if isinstance(error, asyncio.CancelledError):
            return cancelled_itself(self.target)
        raise error


def _guarded(call: Callable[[], Any]) -> Ending:
    """The result of a call; what would end the loop or pass for a cancellation becomes data."""
    try:
        return Ending(value=call())
    except (SystemExit, asyncio.CancelledError) as error:
        return Ending(error=error)
