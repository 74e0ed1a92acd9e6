"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from ml_workflow import run
from ml_workflow.cast import CAST
from ml_workflow.policy import Call, Player
from ml_workflow.types import Inputs

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "run:data_ingestion": {"classes": [], "rows": []},
    "run:preprocessing": {"means": [], "scales": [], "test": [], "train": []},
    "run:training": {},
    "run:validation": {"model": None, "of": 0, "quality": 0.5, "wrong": 0},
    "run:deployment": {"path": "text"},
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
    assert set(report["steps"]) >= {
        "data_ingestion",
        "preprocessing",
        "training",
        "validation",
        "deployment",
    }, report["error"]
