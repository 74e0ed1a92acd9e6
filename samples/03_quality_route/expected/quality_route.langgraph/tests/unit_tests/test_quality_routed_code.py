"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from quality_routed_code import run
from quality_routed_code.cast import CAST
from quality_routed_code.policy import Call, Player
from quality_routed_code.types import Inputs

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "coder": {"code": "text", "tests": "text"},
    "junior": {"code": "text", "tests": "text"},
    "judge": {"issues": [], "score": 0.5},
    "files": {},
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
    assert set(report["steps"]) >= {"draft", "quality", "route", "publish"}, report["error"]
