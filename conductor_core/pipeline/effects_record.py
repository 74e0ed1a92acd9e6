"""At most once: what players with ``effects: once`` have done by way of another player (spec 6).

An agent that is retried starts at its first turn, and its model asks for the same tools again.
What may have been done already is answered from here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from workflow_ir.outcome import StandardError, Success
from workflow_ir.taxonomy import Effects

Answer = Success | StandardError
Key = tuple[str, str]
"""The player, and what tells its effects apart."""


@dataclass(slots=True)
class EffectsRecord:
    """Of one performance, through all its attempts."""

    _known: dict[Key, Answer] = field(default_factory=dict)
    _waiting: dict[Key, list[asyncio.Future[Any]]] = field(default_factory=dict)
    """Calls that go on, each with those who want the same."""

    def knows(self, key: Key) -> bool:
        """Whether it need not, or must not, be done again."""
        return key in self._known

    async def once(
        self,
        key: Key,
        act: Callable[[Callable[[], None]], Awaitable[Answer]],
        *,
        park: Callable[[asyncio.Future[Any]], Awaitable[None]],
        wake: Callable[[asyncio.Future[Any]], bool],
    ) -> Answer:
        """Do it, unless it was done; then what came of it.

        A failure that surely had no effects is forgotten. Any other stays, as an interruption
        does: nobody knows whether it was done.

        Args:
            key: What is done.
            act: Does it; calls its argument when it begins.
            park: Waits for a future with the step's token out: hedged attempts may want the same.
            wake: Resolves one.
        """
        while key not in self._known:
            if key not in self._waiting:
                return await self._do(key, act, wake)
            future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._waiting[key].append(future)
            await park(future)
        return self._known[key]

    async def _do(
        self,
        key: Key,
        act: Callable[[Callable[[], None]], Awaitable[Answer]],
        wake: Callable[[asyncio.Future[Any]], bool],
    ) -> Answer:
        begun = False

        def begins() -> None:
            nonlocal begun
            begun = True

        self._waiting[key] = []
        try:
            answer = await act(begins)
            if isinstance(answer, Success) or answer.effects is not Effects.NONE:
                self._known[key] = answer
            return answer
        except BaseException:
            if begun:
                self._known[key] = _unknown(key[0])
            raise
        finally:
            for future in self._waiting.pop(key):
                wake(future)


def _unknown(player: str) -> StandardError:
    return StandardError.of(
        "player.tool",
        f"player {player!r} was interrupted; it may have acted, so it is not asked again",
        origin="conductor",
    )
