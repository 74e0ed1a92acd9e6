"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from release_notes import run
from release_notes.cast import CAST
from release_notes.policy import Call, Failure, Player
from release_notes.schemas import InputsError
from release_notes.types import Inputs

from .virtual_time import in_no_time

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


async def is_down(call: Call) -> Any:
    raise Failure("transport.connect", f"{call.player} is down")


def cast(*down: str) -> dict[str, Player]:
    """All players; those that are down have no answer."""
    return {
        name: replace(player, perform=is_down if name in down else fake(ANSWERS.get(name)))
        for name, player in CAST.items()
    }


def test_every_step_has_its_turn() -> None:
    report = in_no_time(run(INPUTS, cast=cast(), seed="1"))
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
    assert set(report["outputs"]) == {"outcome", "bump", "files", "text"}


def test_who_is_down_is_asked_as_often_as_the_melody_says() -> None:
    report = in_no_time(run(INPUTS, cast=cast("builder"), seed="1"))
    attempts = report["steps"]["bundled"]["attempts"]
    assert [one["player"] for one in attempts] == ["builder"] * 3


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "since": 0}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast(), seed="1"))
