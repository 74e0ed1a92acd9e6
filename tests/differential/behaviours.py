"""What the players and people of a drawn Melody do, as entries of its script."""

from __future__ import annotations

from typing import Any

from tests.differential.sketch import Sketch

ECHO: dict[str, Any] = {"sleep": "1s", "echo": True}
"""What plays every step that has no entry of its own."""
CODES = (
    "http.400", "http.503", "transport.connect", "rate_limited", "player.crash", "auth.expired",
    "output.refused", "resource.quota", "unable_to_complete", "config.invalid",
)  # fmt: skip
"""One of each class, and those that the decision engine treats in a way of their own."""


def of_a_player(sketch: Sketch) -> Any:
    """Of a step that is played: mostly it goes wrong somehow, or takes its time."""
    kinds = [_slow, _slow, _costly] if sketch.calm else [_slow, _wrong, _mends, _costly, _strange]
    return sketch.one_of(*kinds)(sketch)


def of_a_command(sketch: Sketch) -> Any:
    """Of a ``run`` step."""
    done = {"sleep": "1s", "return": {"exit_code": 0, "stdout": "ok", "stderr": ""}}
    if sketch.calm or not sketch.rarely():
        return done
    return [{"exit": 3}, done]


def of_somebody(sketch: Sketch, given: dict[str, Any]) -> Any:
    """Of a person who is asked: an answer, or nobody for a while."""
    if sketch.rarely(1, 5):
        return {"hang": sketch.one_of("4s", "30s")}
    return {"sleep": sketch.one_of("1s", "3s"), "answer": given}


def _slow(sketch: Sketch) -> Any:
    return {"sleep": sketch.one_of("2s", "500ms", "4s", "7s"), "echo": True}


def _costly(sketch: Sketch) -> Any:
    return {**ECHO, "cost": {"usd": sketch.number(1, 3), "tokens": 10}}


def _wrong(sketch: Sketch) -> Any:
    return {"sleep": sketch.one_of("1s", "500ms", "3s"), "error": sketch.one_of(*CODES)}


def _mends(sketch: Sketch) -> Any:
    first = _wrong(sketch)
    if first["error"] == "rate_limited":
        first["retry_after"] = sketch.number(1, 4)
    return [first, ECHO]


def _strange(sketch: Sketch) -> Any:
    return sketch.one_of(
        {"hang": "30s"},
        {"raise": "ValueError: drawn"},
        {"return_text": "no JSON"},
        {"return": {"n": "no integer"}},
        [{"hang": "30s"}, ECHO],
        {"error": "cancelled"},
    )
