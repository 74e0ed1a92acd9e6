"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from ml_workflow import run
from ml_workflow.cast import CAST
from ml_workflow.policy import Call, Failure, Player
from ml_workflow.schemas import InputsError
from ml_workflow.types import Inputs

from .virtual_time import in_no_time

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
        "data_ingestion",
        "preprocessing",
        "training",
        "validation",
        "deployment",
    }, report["error"]
    assert set(report["outputs"]) == {"quality", "deployed", "model"}


def test_who_is_down_is_asked_as_often_as_the_melody_says() -> None:
    report = in_no_time(run(INPUTS, cast=cast("run:data_ingestion"), seed="1"))
    attempts = report["steps"]["data_ingestion"]["attempts"]
    assert [one["player"] for one in attempts] == ["run:data_ingestion"] * 3


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "table": 0}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast(), seed="1"))
