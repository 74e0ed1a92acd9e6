"""A python player: a callable of the project, sync or async (spec 6)."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.players.json_data import NotJsonError, json_data
from conductor_core.players.own_thread import own_thread
from conductor_core.players.project_modules import project_folder, project_module
from conductor_core.players.signature import Signature
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError, Success

GRACE_S = 1.5
"""Real seconds a cancelled async player may take to clean up before it is abandoned."""


@dataclass(frozen=True, slots=True)
class _Left:
    """The player ended by raising something that would stop the event loop or its task."""

    error: BaseException


@dataclass(slots=True)
class PythonPerformer:
    """Calls ``module:name`` with the step's ``with`` map as keyword arguments.

    Nothing is imported before the first call. A sync callable runs in a thread, so it never
    blocks the loop. What the callable raises is raised again, for the classifier.
    """

    target: str
    """``module:name``; the name may be dotted."""
    folder: Path
    """The project folder; its modules are found first."""
    _loaded: tuple[Callable[..., Any], Signature] | None = field(default=None, init=False)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The callable's result as JSON data."""
        with project_folder(self.folder):
            if self._loaded is None:
                loaded = await own_thread(self._load)
                if isinstance(loaded, StandardError):
                    return loaded
                self._loaded = loaded
            called, signature = self._loaded
            arguments = signature.arguments(request, grant)
            if isinstance(arguments, StandardError):
                return arguments.replace(message=f"{self.target}: {arguments.message}")
            result = await self._call(called, arguments)
        return self._ended(result.error) if isinstance(result, _Left) else self._answer(result)

    async def _call(self, called: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        if inspect.iscoroutinefunction(inspect.unwrap(called)) or inspect.iscoroutinefunction(
            getattr(called, "__call__", None)  # noqa: B004 - an object with an async __call__
        ):
            return await _awaited(called(**arguments))
        result = await own_thread(lambda: _guarded(lambda: called(**arguments)))
        return await _awaited(result) if inspect.isawaitable(result) else result

    def _load(self) -> tuple[Callable[..., Any], Signature] | StandardError:
        module_name, _, name = self.target.partition(":")
        try:
            found: Any = project_module(module_name, self.folder)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - an import may raise anything, sys.exit too
            return self._not_imported(module_name, error)
        for part in name.split("."):
            if not hasattr(found, part):
                meant = nearest(part, [known for known in dir(found) if not known.startswith("_")])
                hint = f"; did you mean {meant!r}?" if meant else ""
                return self._missing(f"module {module_name!r} has no {part!r}{hint}")
            found = getattr(found, part)
        if not callable(found):
            return self._missing(f"{self.target!r} is not callable")
        return found, Signature.of(found)

    def _not_imported(self, module: str, error: BaseException) -> StandardError:
        absent = error.name if isinstance(error, ModuleNotFoundError) else None
        if absent and f"{module}.".startswith(f"{absent}."):
            fact = f"there is no module {module!r} in {self.folder} and none is installed"
        else:
            fact = f"module {module!r} could not be imported: {type(error).__name__}: {error}"
        return self._missing(fact, cause_type=type(error).__qualname__)

    def _missing(self, fact: str, **facts: Any) -> StandardError:
        return StandardError.of("config.missing", shown(fact), origin="host", **facts)

    def _answer(self, result: Any) -> Success | StandardError:
        if isinstance(result, StandardError):
            return result
        success = result if isinstance(result, Success) else Success(result)
        try:
            output = json_data(success.output)
        except NotJsonError as error:
            return StandardError.of("output.format", shown(f"{self.target}: {error}"))
        return Success(
            output,
            usd=success.usd,
            tokens=success.tokens,
            degraded=success.degraded,
            synthetic=success.synthetic,
            internal_attempts=success.internal_attempts,
        )

    def _ended(self, error: BaseException) -> StandardError:
        if isinstance(error, SystemExit):
            return StandardError.of(
                "player.crash",
                shown(f"{self.target} ended the program: sys.exit({error.code!r})"),
                cause_type="builtins.SystemExit",
            )
        return StandardError.of(
            "player.cancelled_self",
            f"{self.target} cancelled itself",
            cause_type="asyncio.exceptions.CancelledError",
        )


def _guarded(call: Callable[[], Any]) -> Any:
    """The result of a call; what would end the loop or pass for a cancellation becomes data."""
    try:
        return call()
    except (SystemExit, asyncio.CancelledError) as error:
        return _Left(error)


async def _awaited(work: Awaitable[Any]) -> Any:
    """The result of async work in a task of its own.

    So a player that cancels itself or its own task is told apart from a cancelled step, and one
    that swallows a cancellation is left behind after ``GRACE_S``.
    """

    async def guarded() -> Any:
        try:
            return await work
        except SystemExit as error:
            return _Left(error)

    task = asyncio.ensure_future(guarded())
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE_S)
        task.add_done_callback(_forget)
        raise
    if task.cancelled():
        return _Left(asyncio.CancelledError())
    return task.result()


def _forget(task: asyncio.Future[Any]) -> None:
    """Take note of the outcome of abandoned work, so that asyncio does not report it."""
    if not task.cancelled():
        task.exception()
