"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from for_framework_users import run
from for_framework_users.cast import CAST
from for_framework_users.policy import Call, Player
from for_framework_users.schemas import InputsError
from for_framework_users.types import Inputs

from .virtual_time import in_no_time

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "summary": {"summary": "text"},
    "clerk": {"summary": "text"},
    "headline": "text",
}
"""What each player answers here, whatever it is asked."""


def fake(answer: Any) -> Callable[[Call], Awaitable[Any]]:
    async def perform(call: Call) -> Any:
        return answer

    return perform


def cast() -> dict[str, Player]:
    return {name: replace(player, perform=fake(ANSWERS.get(name))) for name, player in CAST.items()}


def test_every_step_has_its_turn() -> None:
    report = in_no_time(run(INPUTS, cast=cast(), seed="1"))
    # How it ends depends on the answers: say here what you expect of report["outputs"].
    assert set(report["steps"]) >= {"summaries", "headlines"}, report["error"]
    assert set(report["outputs"]) == {"page"}


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "articles": "text"}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast(), seed="1"))
