"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from newsroom import run
from newsroom.cast import CAST
from newsroom.policy import Call, Failure, Player
from newsroom.schemas import InputsError
from newsroom.types import Inputs

from .virtual_time import in_no_time

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "researcher": {"facts": [], "photo": "text"},
    "reporter": "text",
    "headliner": "text",
    "editor": {"photo": "text", "text": "text", "title": "text"},
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
    report = in_no_time(run(INPUTS, cast=cast()))
    # How it ends depends on the answers: say here what you expect of report["outputs"].
    assert set(report["steps"]) >= {"research", "story", "headline", "page"}, report["error"]
    assert set(report["outputs"]) == {"page"}


def test_who_is_down_is_asked_as_often_as_the_melody_says() -> None:
    report = in_no_time(run(INPUTS, cast=cast("researcher")))
    attempts = report["steps"]["research"]["attempts"]
    assert [one["player"] for one in attempts] == ["researcher"] * 3


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "topic": 0}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast()))
