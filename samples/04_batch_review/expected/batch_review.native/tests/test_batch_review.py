"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from batch_review import run
from batch_review.cast import CAST, REVIEW_ONE_CAST
from batch_review.policy import Call, Failure, Player
from batch_review.schemas import InputsError
from batch_review.types import Inputs

from .virtual_time import in_no_time

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "lister": [],
    "reporter": {"path": "text"},
    "reader": "text",
    "critic": {"findings": [], "words": 0},
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
        for name, player in {
            **REVIEW_ONE_CAST,
            **CAST,
        }.items()
    }


def test_every_step_has_its_turn() -> None:
    report = in_no_time(run(INPUTS, cast=cast(), seed="1"))
    # How it ends depends on the answers: say here what you expect of report["outputs"].
    assert set(report["steps"]) >= {"documents", "reviews", "summary", "decide", "report"}, report[
        "error"
    ]
    assert set(report["outputs"]) == {"decision", "report", "good", "unread"}


def test_who_is_down_is_asked_as_often_as_the_melody_says() -> None:
    report = in_no_time(run(INPUTS, cast=cast("lister"), seed="1"))
    attempts = report["steps"]["documents"]["attempts"]
    assert [one["player"] for one in attempts] == ["lister"] * 3


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "folder": 0}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast(), seed="1"))
