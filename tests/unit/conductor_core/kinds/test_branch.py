"""Branches: which arm, what it waits for, what it gives."""

from __future__ import annotations

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    arm,
    branch,
    guarded,
    melody,
    play,
    set_,
    step,
    trying,
    when,
)
from tests.unit.conductor_core.stand import Stand, fails, naps, one_after_the_other, statuses
from workflow_ir.events import EventKind

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


@BOTH
@pytest.mark.parametrize(("n", "taken"), [(1, "low"), (5, "middle"), (9, "high")])
def test_the_first_arm_that_holds_is_taken(n: int, taken: str, start: Start) -> None:
    route = branch(
        arm("low", "inputs.n < 3", result="'low'"),
        arm("middle", "inputs.n < 7", result="'middle'"),
        arm("high", None, result="'high'"),
    )
    result = Stand().run(
        melody(step("route", route), n="steps.route.output", b="steps.route.branch"),
        start,
        inputs={"n": n},
    )
    assert result.outputs == {"n": taken, "b": taken}


@BOTH
def test_without_an_arm_that_holds_it_is_skipped(start: Start) -> None:
    route = branch(arm("never", "false", step("route.never.a", play())))
    stand = Stand()
    result = stand.run(
        melody(
            step("route", route),
            step("after", set_("steps.route.branch"), "route"),
            b="steps.after.output",
        ),
        start,
    )
    assert statuses(result) == {"route": "skipped", "after": "succeeded"}
    assert result.outputs == {"b": None}
    taken = [event.facts["arm"] for event in stand.events if event.kind is EventKind.BRANCH_TAKEN]
    assert taken == [None]


@BOTH
def test_a_branch_whose_condition_does_not_hold_decides_nothing(start: Start) -> None:
    stand = Stand()
    result = stand.run(melody(step("route", when("false", branch(arm("x", None))))), start)
    assert statuses(result) == {"route": "skipped"}
    assert stand.told(EventKind.BRANCH_TAKEN) == []


@BOTH
def test_an_arm_without_steps_and_result_gives_null(start: Start) -> None:
    result = Stand().run(
        melody(step("route", branch(arm("x", None))), r="steps.route.output"), start
    )
    assert (statuses(result), result.outputs) == ({"route": "succeeded"}, {"r": None})


@BOTH
def test_an_arm_waits_for_the_outer_step_that_its_result_reads(start: Start) -> None:
    route = branch(arm("x", None, result="steps.slow.output", waits="slow"))
    stand = Stand({"slow": naps(4, "there")})
    result = stand.run(
        melody(step("slow", play()), step("route", route), r="steps.route.output"), start
    )
    assert result.outputs == {"r": "there"}


@BOTH
def test_a_step_of_an_arm_waits_for_an_outer_one_by_itself(start: Start) -> None:
    inner = [step("route.x.free", play()), step("route.x.tied", play(), "slow")]
    stand = Stand({"slow": naps(4), "hand": naps(1)})
    stand.run(melody(step("slow", play()), step("route", branch(arm("x", None, *inner)))), start)
    assert stand.played == ["slow", "route.x.free", "route.x.tied"]
    assert stand.elapsed == 5


@BOTH
def test_what_recovered_inside_makes_the_branch_recovered(start: Start) -> None:
    route = branch(arm("x", None, step("route.x.a", play(policy=trying(2)))))
    stand = Stand({"hand": one_after_the_other(fails("http.503"), naps(1))})
    assert statuses(stand.run(melody(step("route", route)), start)) == {
        "route": "recovered", "route.x.a": "recovered",
    }  # fmt: skip


@BOTH
@pytest.mark.parametrize(
    ("condition", "code"), [("1", "expression.type"), ("inputs.nothing", "expression.missing")]
)
def test_an_arm_whose_condition_is_no_answer_fails_the_branch(
    condition: str, code: str, start: Start
) -> None:
    result = Stand().run(melody(step("route", branch(arm("x", condition)))), start)
    assert (statuses(result), result.error and result.error.code) == ({"route": "failed"}, code)


@BOTH
def test_a_result_that_cannot_be_evaluated_fails_the_branch(start: Start) -> None:
    route = branch(arm("x", None, step("route.x.a", set_("1")), result="steps.a.output.n"))
    result = Stand().run(melody(step("route", route)), start)
    assert statuses(result) == {"route": "failed", "route.x.a": "succeeded"}


@BOTH
def test_a_result_must_meet_the_output_schema_of_its_branch(start: Start) -> None:
    route = guarded(branch(arm("x", None, result="1")), output={"type": "string"})
    result = Stand().run(melody(step("route", route)), start)
    assert result.error is not None
    assert result.error.code == "output.schema"
