"""Loops: how often, what they see, how they end."""

from __future__ import annotations

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    guarded,
    melody,
    play,
    repeat,
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
from workflow_ir.policy import Rung
from workflow_ir.steps import Repeat

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def counting(**facts: object) -> Repeat:
    """``x`` is the number of its iteration, and so is the loop's result."""
    return repeat(
        step("loop.x", set_("iteration")),
        result="steps.x.output",
        **facts,  # type: ignore[arg-type]
    )


@BOTH
def test_until_is_tested_after_an_iteration(start: Start) -> None:
    body = counting(until="steps.x.output >= 2", max_=5)
    result = Stand().run(melody(step("loop", body), n="steps.loop.output"), start)
    assert result.outputs == {"n": 2}
    assert list(result.steps) == ["loop", "loop#1.x", "loop#2.x"]
    assert result.entries["loop#2/loop.x"] == 1


@BOTH
def test_until_that_holds_at_once_gives_one_iteration(start: Start) -> None:
    result = Stand().run(melody(step("loop", counting(until="true"))), start)
    assert list(result.steps) == ["loop", "loop#1.x"]


@BOTH
def test_while_is_tested_before_an_iteration(start: Start) -> None:
    result = Stand().run(
        melody(step("loop", counting(while_="iteration <= 2", max_=5)), n="steps.loop.output"),
        start,
    )
    assert (list(result.steps), result.outputs) == (["loop", "loop#1.x", "loop#2.x"], {"n": 2})


@BOTH
def test_a_loop_without_an_iteration_is_skipped(start: Start) -> None:
    ir = melody(
        step("loop", counting(while_="false")),
        step("after", set_("default(steps.loop.output, 'none')"), "loop"),
        after="steps.after.output",
    )
    result = Stand().run(ir, start)
    assert (statuses(result)["loop"], result.outputs) == ("skipped", {"after": "none"})


@BOTH
def test_previous_is_the_result_before_and_null_at_first(start: Start) -> None:
    body = repeat(
        step("loop.x", set_("[previous, iteration]")),
        until="previous == [null, 1]",
        result="steps.x.output",
    )
    result = Stand().run(melody(step("loop", body), seen="steps.loop.output"), start)
    assert result.outputs == {"seen": [[None, 1], 2]}


@BOTH
def test_reaching_the_maximum_is_a_failure_of_the_loop(start: Start) -> None:
    result = Stand().run(melody(step("loop", counting(until="false", max_=2))), start)
    assert (code(result), result.failed_step) == ("loop.exhausted", "loop")
    assert result.error is not None
    assert result.error.error_class.value == "orchestration"
    assert statuses(result) == {
        "loop": "failed", "loop#1.x": "succeeded", "loop#2.x": "succeeded",
    }  # fmt: skip


@BOTH
@pytest.mark.parametrize("condition", [{"until": "false"}, {"while_": "true"}])
def test_an_accepted_maximum_succeeds_with_the_last_result_and_says_so(
    condition: dict[str, str], start: Start
) -> None:
    ir = melody(
        step("loop", counting(max_=2, on_max="accept", **condition)),
        step("after", set_("[steps.loop.output, steps.loop.exhausted]"), "loop"),
        after="steps.after.output",
    )
    result = Stand().run(ir, start)
    assert result.outputs == {"after": [2, True]}
    assert result.steps["loop"].to_json()["exhausted"] is True


@BOTH
def test_a_while_that_ends_with_the_maximum_is_not_exhausted(start: Start) -> None:
    result = Stand().run(
        melody(step("loop", counting(while_="iteration <= 2", max_=2)), e="steps.loop.exhausted"),
        start,
    )
    assert (result.status, result.outputs) == ("succeeded", {"e": False})


@BOTH
def test_on_failure_of_an_exhausted_loop_applies(start: Start) -> None:
    body = guarded(counting(until="false", max_=1), on_failure=(Rung.RETRY, Rung.SKIP))
    result = Stand().run(melody(step("loop", body)), start)
    assert (statuses(result)["loop"], result.status) == ("gap", "degraded")


@BOTH
def test_iterations_come_one_after_the_other(start: Start) -> None:
    body = repeat(step("loop.x", play()), until="iteration == 3", max_=3)
    stand = Stand({"hand": naps(2)})
    stand.run(melody(step("loop", body)), start)
    assert (stand.played, stand.elapsed) == (["loop#1.x", "loop#2.x", "loop#3.x"], 6)


@BOTH
def test_one_iteration_that_recovered_makes_the_loop_recovered(start: Start) -> None:
    body = repeat(step("loop.x", play(policy=trying(2))), until="iteration == 2")
    stand = Stand({"loop#1.x": one_after_the_other(fails("http.503"), naps(0))})
    result = stand.run(melody(step("loop", body)), start)
    assert statuses(result) == {
        "loop": "recovered", "loop#1.x": "recovered", "loop#2.x": "succeeded",
    }  # fmt: skip


@BOTH
def test_a_failure_in_an_iteration_ends_the_loop(start: Start) -> None:
    body = repeat(step("loop.x", play()), until="iteration == 3")
    result = Stand({"loop#2.x": fails("http.400")}).run(melody(step("loop", body)), start)
    assert (result.failed_step, code(result)) == ("loop#2.x", "http.400")
    assert "loop#3.x" not in result.steps


@BOTH
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"until": "steps.x.output"}, "expression.type"),
        ({"until": "steps.x.output.n == 1"}, "expression.type"),
        ({"while_": "iteration"}, "expression.type"),
        ({"while_": "previous.n == 1"}, "expression.missing"),
    ],
)
def test_a_condition_that_is_no_answer_fails_the_loop(
    condition: dict[str, str], expected: str, start: Start
) -> None:
    result = Stand().run(melody(step("loop", counting(**condition))), start)
    assert (code(result), result.failed_step) == (expected, "loop")


@BOTH
def test_in_a_loop_inside_a_loop_the_inner_names_hold(start: Start) -> None:
    inner = repeat(
        step("o.i.x", set_("iteration")), until="iteration == 2", result="steps.x.output * 10"
    )
    outer = repeat(
        step("o.i", inner),
        step("o.y", set_("[iteration, steps.i.output]"), "o.i"),
        until="iteration == 2",
        result="[previous, steps.y.output]",
    )
    result = Stand().run(melody(step("o", outer), o="steps.o.output"), start)
    assert result.outputs == {"o": [[None, [1, 20]], [2, 20]]}
    assert "o#2.i#2.x" in result.steps
