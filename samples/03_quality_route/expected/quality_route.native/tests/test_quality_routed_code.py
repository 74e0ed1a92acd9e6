"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from quality_routed_code import run
from quality_routed_code.cast import CAST
from quality_routed_code.policy import Call, Player
from quality_routed_code.schemas import InputsError
from quality_routed_code.types import Inputs

from .virtual_time import in_no_time

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
    report = in_no_time(run(INPUTS, cast=cast(), seed="1"))
    # How it ends depends on the answers: say here what you expect of report["outputs"].
    assert set(report["steps"]) >= {"draft", "quality", "route", "publish"}, report["error"]
    assert set(report["outputs"]) == {"code", "path_taken"}


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "brief": 0}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast(), seed="1"))
