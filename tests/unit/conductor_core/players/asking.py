"""Asking a player once, as the conductor would."""

from __future__ import annotations

import asyncio
from typing import Any

from conductor_core.ports import Clock, Grant, Player, PlayRequest
from workflow_ir.outcome import StandardError, Success


def request(with_: dict[str, Any] | None = None, **facts: Any) -> PlayRequest:
    fields: dict[str, Any] = {
        "path": "draft",
        "address": "draft",
        "player": "coder",
        "with_": with_ or {},
        "has_with": with_ is not None,
        "prompt": None,
        "output": None,
        "attempt": 1,
        "parameters": {},
        "idempotency_key": "key",
    }
    return PlayRequest(**{**fields, **facts})


def ask(
    player: Player, with_: dict[str, Any] | None = None, /, **facts: Any
) -> Success | StandardError:
    return asyncio.run(player.play(request(with_, **facts), Grant(deadline=None)))


def output_of(answer: Success | StandardError) -> Any:
    assert isinstance(answer, Success), answer
    return answer.output


def error_of(answer: object) -> StandardError:
    assert isinstance(answer, StandardError), answer
    return answer


class NotedClock:
    """A clock whose sleeps cost no time and are written down."""

    def __init__(self) -> None:
        self.slept: list[tuple[float, str]] = []

    def now(self) -> float:
        return 0.0

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        self.slept.append((seconds, path))

    def alarm(self, seconds: float, ring: Any) -> Any:
        raise NotImplementedError

    def hold(self) -> None:
        pass

    def release(self) -> None:
        pass

    def when_idle(self, call: Any) -> Any:
        raise NotImplementedError


def ask_at(clock: Clock, player: Player, /, **facts: Any) -> Success | StandardError:
    return asyncio.run(player.play(request(**facts), Grant(deadline=None, clock=clock)))
