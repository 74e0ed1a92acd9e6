"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from release_notes import run
from release_notes.cast import CAST
from release_notes.policy import Call, Player
from release_notes.types import Inputs

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "builder": {"path": "text"},
    "git_head": {"exit_code": 0, "stdout": "", "stderr": ""},
    "git_tag": {"exit_code": 0, "stdout": "", "stderr": ""},
    "git_log": "text",
    "git_people": [],
    "reader": {"commits": [], "truncated": True},
    "sorter": {
        "breaking": 0,
        "bump": "major",
        "groups": [],
        "internal": 0,
        "merges": 0,
        "total": 0,
        "undone": 0,
    },
    "drafter": {"bullets": [], "title": "text"},
    "wrapper": {"bullets": [], "title": "text"},
    "writer": {"notes": "text", "summary": "text", "text": "text"},
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
        "bundled",
        "repository",
        "head",
        "last_tag",
        "since",
        "range",
        "log",
        "people",
        "commits",
        "changes",
        "notes",
        "files",
    }, report["error"]
