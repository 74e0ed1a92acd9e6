"""A plugin player: an entry point of the group ``melody.players``, loaded on first use (spec 6)."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.players.called import answer
from conductor_core.players.own_thread import own_thread
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError, Success

GROUP = "melody.players"
"""Of entry points. One names an object with ``async play(request, grant)``, or what makes one:
a class or another callable without arguments, which is called once a run."""


@dataclass(slots=True)
class PluginPerformer:
    """Lets the object behind an entry point perform; one object for each run and player.

    It may have ``async aclose()``, which is awaited when the run is over.
    """

    name: str
    _loading: asyncio.Task[Any] | None = field(default=None, init=False)
    _found: Any = field(default=None, init=False)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """Whatever the plugin answers, as JSON data. What it raises is raised again.

        Failures of ours: ``config.missing``: there is no such entry point, or it cannot be
        imported; ``config.invalid``: it is no player, or several distributions offer the name.
        """
        if self._loading is None:
            loading = own_thread(lambda: _loaded(self.name), name="melody-plugin")
            self._loading = asyncio.get_running_loop().create_task(loading)
        found = await asyncio.shield(self._loading)
        if isinstance(found, StandardError):
            return found
        self._found = found
        result = await found.play(request, grant)
        return answer(f"the plugin {self.name!r}", result, grant.output_bytes)

    async def aclose(self) -> None:
        """The run is over."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait({self._loading})
        close = getattr(self._found, "aclose", None)
        if inspect.iscoroutinefunction(close):
            with suppress(Exception):
                await close()


def _loaded(name: str) -> Any:
    """The player, or why there is none. Imports the plugin's module."""
    known = entry_points(group=GROUP)
    found = tuple({point.value: point for point in known if point.name == name}.values())
    if not found:
        meant = nearest(name, known.names)
        hint = f"did you mean {meant!r}?" if meant else "install the package that offers it"
        fact = f"no installed package offers the plugin {name!r} in the group {GROUP!r}; {hint}"
        return StandardError.of("config.missing", fact, origin="host")
    if len(found) > 1:
        offers = " and ".join(sorted(_of(point) for point in found))
        return _invalid(f"several packages offer the plugin {name!r}: {offers}; remove one")
    return _made(name, found[0])


def _made(name: str, point: EntryPoint) -> Any:
    offered: Any = _guarded(point.load)
    if isinstance(offered, _Raised):
        fact = f"the plugin {name!r} could not be imported from {_of(point)}: {offered.said}"
        return StandardError.of(
            "config.missing", shown(fact), origin="host", cause_type=offered.kind
        )
    if inspect.isclass(offered) or (callable(offered) and not hasattr(offered, "play")):
        offered = _guarded(offered)
        if isinstance(offered, _Raised):
            fact = f"the plugin {name!r} could not be made without arguments: {offered.said}"
            return _invalid(shown(fact), cause_type=offered.kind)
    play = getattr(offered, "play", None)
    if not inspect.iscoroutinefunction(play):
        if inspect.iscoroutine(offered):
            offered.close()
        kind = type(offered).__qualname__
        fact = f"the plugin {name!r} is no player: {kind} has no `async def play(request, grant)`"
        return _invalid(shown(fact))
    try:
        inspect.signature(play).bind(None, None)
    except TypeError:
        return _invalid(f"`play` of the plugin {name!r} does not take `(request, grant)`")
    return offered


@dataclass(frozen=True, slots=True)
class _Raised:
    kind: str
    said: str


def _guarded(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except BaseException as error:  # noqa: BLE001 - an import may raise anything, sys.exit too
        return _Raised(type(error).__qualname__, f"{type(error).__name__}: {error}")


def _of(point: EntryPoint) -> str:
    package = "" if point.dist is None else f" of {point.dist.name}"
    return f"{point.value}{package}"


def _invalid(fact: str, **facts: Any) -> StandardError:
    return StandardError.of("config.invalid", fact, origin="host", **facts)
