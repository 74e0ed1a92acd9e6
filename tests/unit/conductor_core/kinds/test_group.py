"""Groups: a scope of their own, one value, the failure of whatever is inside."""

from __future__ import annotations

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    for_each,
    group,
    guarded,
    melody,
    play,
    set_,
    step,
    trying,
)
from tests.unit.conductor_core.stand import (
    Stand,
    code,
    fails,
    naps,
    one_after_the_other,
    statuses,
)
from workflow_ir.outcome import StandardError

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


@BOTH
def test_its_result_is_its_output_and_its_steps_are_entries_after_it(start: Start) -> None:
    inner = group(
        step("g.a", set_("inputs.n")),
        step("g.b", set_("steps.a.output + steps.base.output"), "g.a", "base"),
        result="steps.b.output",
    )
    ir = melody(step("base", set_("10")), step("g", inner), g="steps.g.output")
    result = Stand().run(ir, start, inputs={"n": 1})
    assert result.outputs == {"g": 11}
    assert list(result.steps) == ["base", "g", "g.a", "g.b"]


@BOTH
def test_without_steps_and_result_it_succeeds_with_null(start: Start) -> None:
    result = Stand().run(melody(step("g", group()), g="steps.g.output"), start)
    assert (statuses(result), result.outputs) == ({"g": "succeeded"}, {"g": None})


@BOTH
def test_what_does_not_depend_on_it_does_not_wait_for_it(start: Start) -> None:
    stand = Stand({"hand": naps(3)})
    stand.run(melody(step("g", group(step("g.a", play()))), step("b", play())), start)
    assert stand.elapsed == 3


@BOTH
def test_the_innermost_step_is_named_as_the_one_that_failed(start: Start) -> None:
    deep = group(step("g.h.x", play()))
    ir = melody(step("g", group(step("g.h", deep))), step("after", play(), "g"))
    stand = Stand({"g.h.x": fails("http.400")})
    result = stand.run(ir, start)
    assert (result.failed_step, code(result)) == ("g.h.x", "http.400")
    assert statuses(result) == {
        "g": "failed", "g.h": "failed", "g.h.x": "failed", "after": "pending",
    }  # fmt: skip


@BOTH
def test_the_first_failure_inside_cancels_and_awaits_all_the_rest_of_the_run(start: Start) -> None:
    inner = group(step("g.x", play()), step("g.y", play()), step("g.z", play(), "g.y"))
    stand = Stand({"hand": naps(9), "g.x": naps(1, StandardError.of("http.400"))})
    result = stand.run(melody(step("g", inner), step("other", play())), start)
    assert statuses(result) == {
        "g": "failed", "g.x": "failed", "g.y": "cancelled", "g.z": "pending",
        "other": "cancelled",
    }  # fmt: skip
    assert (stand.elapsed, stand.going.total()) == (1, 0)


@BOTH
def test_what_recovered_inside_makes_it_recovered_and_what_is_missing_does_not_make_it_a_gap(
    start: Start,
) -> None:
    from workflow_ir.policy import Rung

    unsteady = one_after_the_other(fails("http.503"), naps(0, {}))
    inner = group(step("g.a", play(policy=trying(2))), step("g.b", play(on_failure=(Rung.SKIP,))))
    stand = Stand({"g.a": unsteady, "g.b": fails("http.400")})
    result = stand.run(melody(step("g", inner)), start)
    assert statuses(result) == {"g": "recovered", "g.a": "recovered", "g.b": "gap"}
    assert [gap.step for gap in result.gaps] == ["g.b"]
    assert result.status == "degraded"


@BOTH
def test_a_result_that_cannot_be_evaluated_fails_it_by_the_ladder(start: Start) -> None:
    inner = group(step("g.a", set_("{}")), result="steps.a.output.nothing")
    result = Stand().run(melody(step("g", inner)), start)
    assert (code(result), result.failed_step) == ("expression.missing", "g")
    assert statuses(result) == {"g": "failed", "g.a": "succeeded"}


@BOTH
def test_its_output_must_meet_its_schema(start: Start) -> None:
    body = guarded(group(result="1"), output={"type": "string"})
    result = Stand().run(melody(step("g", body)), start)
    assert code(result) == "output.schema"
    assert result.steps["g"].output is None


@BOTH
def test_as_an_item_it_has_a_region_of_its_own_below_that_of_the_item(start: Start) -> None:
    inner = group(step("m.a", set_("item * 2")), result="steps.a.output")
    result = Stand().run(melody(step("m", for_each("[1, 2]", inner)), m="steps.m.output"), start)
    assert result.outputs == {"m": [2, 4]}
    assert list(result.steps) == ["m", "m[0]", "m[0].a", "m[1]", "m[1].a"]
    assert result.entries["m[0]/m"] == 1
    assert result.entries["m[0]~inside/m.a"] == 1


@BOTH
def test_independent_steps_inside_finish_when_the_run_is_told_so(start: Start) -> None:
    inner = group(step("g.x", play()), step("g.y", play()), step("g.z", play(), "g.x"))
    ir = melody(
        step("g", inner),
        step("other", play()),
        step("after", play(), "g"),
        on_step_failure="finish_independent",
    )
    stand = Stand({"hand": naps(9), "g.x": naps(1, StandardError.of("http.400"))})
    result = stand.run(ir, start)
    assert statuses(result) == {
        "g": "failed", "g.x": "failed", "g.y": "succeeded", "g.z": "cancelled",
        "other": "succeeded", "after": "cancelled",
    }  # fmt: skip
    assert result.failed_step == "g.x"
