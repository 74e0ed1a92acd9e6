"""The workflow with players that give what these tests say: yours to extend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from hybrid_failure import run
from hybrid_failure.cast import CAST
from hybrid_failure.policy import Call, Player
from hybrid_failure.schemas import InputsError
from hybrid_failure.types import Inputs

from .virtual_time import in_no_time

INPUTS: Inputs = {}
ANSWERS: dict[str, Any] = {
    "outliner": {"points": []},
    "writer": {"text": "text", "words": 0},
    "plain_writer": {"text": "text", "words": 0},
    "reader": {"words": []},
    "summariser": {"text": "text"},
    "poet": {"text": "text"},
    "judge": {"remark": "text", "score": 0.5},
    "shelf": {"name": "text"},
    "herald": {"post": "text"},
}
"""What each player answers here, whatever it is asked."""


def fake(answer: Any) -> Callable[[Call], Awaitable[Any]]:
    async def perform(call: Call) -> Any:
        return answer

    return perform


def cast() -> dict[str, Player]:
    return {name: replace(player, perform=fake(ANSWERS.get(name))) for name, player in CAST.items()}


def test_every_step_has_its_turn() -> None:
    report = in_no_time(run(INPUTS, cast=cast()))
    # How it ends depends on the answers: say here what you expect of report["outputs"].
    assert set(report["steps"]) >= {
        "outline",
        "draft",
        "keywords",
        "summary",
        "motto",
        "verdict",
        "publish",
        "announce",
    }, report["error"]
    assert set(report["outputs"]) == {"post", "keywords", "motto"}


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({**INPUTS, "title": 0}, id="of another type"),
        pytest.param({**INPUTS, "unknown": None}, id="unknown"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: Any) -> None:
    with pytest.raises(InputsError):
        in_no_time(run(inputs, cast=cast()))
