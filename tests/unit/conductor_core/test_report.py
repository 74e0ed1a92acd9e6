"""The result: the worst status wins, every step whose scope was entered stands in it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    arm,
    branch,
    for_each,
    literal,
    melody,
    play,
    set_,
    step,
    trying,
)
from tests.unit.conductor_core.stand import Stand, fails, naps, one_after_the_other
from workflow_ir.outcome import Success
from workflow_ir.policy import Rung, SucceedIf

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])

GOOD = step("good", play())
RECOVERS = step("recovers", play(policy=trying(2)))
GAP = step("gap", play(on_failure=(Rung.SKIP,)))
TOLERATES = step(
    "tolerates", for_each("[1, 2]", play(), succeed_if=SucceedIf(kind="percent", percent=50))
)
FAILS = step("fails", play(), "good")


def acts() -> dict[str, Any]:
    refused = fails("http.400")
    return {
        "recovers": one_after_the_other(fails("http.503"), naps(0)),
        "gap": refused,
        "tolerates[1]": refused,
        "fails": refused,
    }


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([GOOD], "succeeded"),
        ([GOOD, RECOVERS], "recovered"),
        ([GOOD, RECOVERS, GAP], "degraded"),
        ([GOOD, TOLERATES], "degraded"),
        ([RECOVERS, TOLERATES, GAP], "degraded"),
        ([GOOD, GAP, RECOVERS, FAILS], "failed"),
    ],
)
def test_the_worst_status_wins(steps: list[Any], status: str) -> None:
    assert Stand(acts()).run(melody(*steps)).status == status


@BOTH
def test_entries_stand_in_the_order_of_the_file_with_what_is_inside_after_its_step(
    start: Start,
) -> None:
    inner = branch(arm("x", None, step("m.x.b", play()), step("m.x.a", play())))
    route = branch(
        arm("x", "false", step("r.x.never", play())),
        arm("y", None, step("r.y.z", play()), step("r.y.a", play())),
    )
    ir = melody(
        step("z", play(), "a"),
        step("r", route),
        step("m", for_each("range(11)", inner)),
        step("a", play()),
    )
    result = Stand({"r.y.z": naps(3), "m[0].x.b": naps(2)}).run(ir, start)
    items = [path for n in range(11) for path in (f"m[{n}]", f"m[{n}].x.b", f"m[{n}].x.a")]
    assert list(result.steps) == ["z", "r", "r.y.z", "r.y.a", "m", *items, "a"]


def test_outputs_of_a_failed_run_are_those_that_can_be_told() -> None:
    ir = melody(GOOD, FAILS, g="steps.good.ok", f="steps.fails.output", s="steps.fails.status")
    result = Stand(acts()).run(ir)
    assert result.outputs == {"g": True, "f": None, "s": "failed"}
    assert (result.failed_step, result.error and result.error.code) == ("fails", "http.400")


def test_an_output_that_cannot_be_told_fails_the_run() -> None:
    result = Stand().run(melody(step("a", set_("{}")), x="steps.a.output.n", y="1"))
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.code == "expression.missing"
    assert result.error.message.startswith("output 'x': ")
    assert (result.outputs, result.failed_step) == ({"x": None, "y": 1}, None)


def test_a_failed_step_counts_before_an_output_that_cannot_be_told() -> None:
    result = Stand(acts()).run(melody(GOOD, FAILS, x="steps.fails.output"))
    assert result.error is not None
    assert result.error.code == "http.400"


def test_constant_outputs_are_given_as_they_are() -> None:
    assert Stand().run(melody(step("a", set_("1")), result=literal({"n": [1]}))).outputs == {
        "n": [1]
    }


def test_a_melody_without_outputs_has_none() -> None:
    ir = melody(step("a", set_("1")))
    root = ir.root.model_copy(update={"result": None})
    assert Stand().run(ir.model_copy(update={"root": root})).outputs == {}


def test_gaps_are_listed_in_the_order_of_the_file_items_too() -> None:
    body = play(on_failure=(Rung.SKIP,))
    ir = melody(step("m", for_each("[1, 2]", body)), step("a", body))
    result = Stand({"hand": fails("http.400"), "m[0]": naps(5)}).run(ir)
    assert [gap.step for gap in result.gaps] == ["m[1]", "a"]


def test_synthetic_answers_are_marked() -> None:
    result = Stand({"a": naps(0, Success(1, synthetic=True))}).run(melody(step("a", play())))
    assert result.to_json()["steps"]["a"]["synthetic"] is True


def test_usage_tells_the_runs_time() -> None:
    assert Stand({"a": naps(2.5)}).run(melody(step("a", play()))).usage.wall_s == 2.5


def test_the_normal_form_knows_nothing_of_run_backend_and_time() -> None:
    async def both() -> list[dict[str, Any]]:
        return [(await Stand().perform(melody(GOOD))).normal_form() for _ in range(2)]

    first, second = asyncio.run(both())
    assert first == second
    assert {"run", "backend"}.isdisjoint(first)
    assert first["usage"] == {"usd": 0.0, "tokens": 0}
