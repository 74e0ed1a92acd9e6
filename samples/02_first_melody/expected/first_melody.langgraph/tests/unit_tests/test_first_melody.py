"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from first_melody import run
from first_melody.cast import CAST
from first_melody.policy import Call, Player
from first_melody.types import Inputs

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "enhancer": "text",
    "analyst": {"features": []},
    "clerk": {"features": []},
    "coder": {"code": "text", "module": "text", "tests": "text"},
    "editor": {"body": "text", "title": "text"},
}
"""What each player answers here, whatever it is asked."""


def fake(answer: Any) -> Callable[[Call], Awaitable[Any]]:
    async def perform(call: Call) -> Any:
        return answer

    return perform


def cast() -> dict[str, Player]:
    return {name: replace(player, perform=fake(ANSWERS.get(name))) for name, player in CAST.items()}


def test_every_step_has_its_turn() -> None:
    report = asyncio.run(run(INPUTS, cast=cast()))
    # How it ends depends on the answers: say here what you expect of report["outputs"].
    assert set(report["steps"]) >= {"enhance", "features", "code", "docs"}, report["error"]
