"""Sub-melodies: their own names, players and inputs; the caller's limits."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    call,
    for_each,
    group,
    melody,
    parallel,
    play,
    player,
    repeat,
    set_,
    side,
    step,
    trying,
)
from tests.unit.conductor_core.stand import (
    Stand,
    attempts,
    code,
    fails,
    naps,
    one_after_the_other,
    statuses,
)
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget
from workflow_ir.workflow import Input

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def given(**schemas: dict[str, Any]) -> dict[str, Input]:
    return {name: Input.model_validate(facts) for name, facts in schemas.items()}


TEXT = {"schema": {"type": "string"}}
DOCS = melody(
    step("intro", play("writer", x="inputs.topic")),
    step("body", set_("inputs.pages"), "intro"),
    inputs=given(
        topic=TEXT, pages={"schema": {"type": "integer"}, "required": False, "default": 3}
    ),
    text="[steps.intro.output.x, steps.body.output]",
)


@BOTH
def test_its_outputs_are_the_output_and_absent_inputs_have_their_default(start: Start) -> None:
    ir = melody(step("docs", call(DOCS, topic="'bees'")), modules=(DOCS,), d="steps.docs.output")
    result = Stand().run(ir, start)
    assert result.outputs == {"d": {"text": ["bees", 3]}}
    assert list(result.steps) == ["docs", "docs/intro", "docs/body"]
    assert result.entries["docs/intro"] == 1


@BOTH
def test_the_same_sub_melody_twice_keeps_its_data_apart(start: Start) -> None:
    ir = melody(
        step("a", call(DOCS, topic="'bees'", pages="1")),
        step("b", call(DOCS, topic="'ants'", pages="2")),
        modules=(DOCS,),
        both="[steps.a.output.text, steps.b.output.text]",
    )
    assert Stand().run(ir, start).outputs == {"both": [["bees", 1], ["ants", 2]]}


@BOTH
def test_calls_inside_calls_have_paths_that_compose(start: Start) -> None:
    outer = melody(
        step("part", group(step("part.docs", call(DOCS, topic="inputs.t")))),
        inputs=given(t=TEXT),
        modules=(DOCS,),
    )
    top = melody(
        step("m", for_each("['x', 'y']", call(outer, t="item"))),
        modules=(outer, DOCS),
    )
    stand = Stand()
    result = stand.run(top, start)
    assert sorted(stand.played) == ["m[0]/part.docs/intro", "m[1]/part.docs/intro"]
    assert list(result.steps)[:5] == [
        "m", "m[0]", "m[0]/part", "m[0]/part.docs", "m[0]/part.docs/intro",
    ]  # fmt: skip


@BOTH
@pytest.mark.parametrize("read", ["steps.secret.output", "inputs.hidden", "item"])
def test_from_inside_nothing_of_the_caller_is_seen(read: str, start: Start) -> None:
    nosy = melody(step("x", set_(read)), x="steps.x.output")
    ir = melody(
        step("secret", set_("1")),
        step("m", for_each("[1]", call(nosy)), "secret"),
        modules=(nosy,),
    )
    result = Stand().run(ir, start, inputs={"hidden": 1})
    error = result.steps["m[0]/x"].error
    assert error is not None
    assert error.code == "expression.missing"


@BOTH
def test_equal_names_of_steps_in_caller_and_sub_melody_are_different_steps(start: Start) -> None:
    sub = melody(step("a", set_("1")), step("b", set_("steps.a.output"), "a"), b="steps.b.output")
    ir = melody(
        step("a", set_("100")),
        step("sub", call(sub), "a"),
        step("b", set_("steps.a.output + steps.sub.output.b"), "a", "sub"),
        modules=(sub,),
        b="steps.b.output",
    )
    assert Stand().run(ir, start).outputs == {"b": 101}


@BOTH
def test_its_players_are_its_own(start: Start) -> None:
    sub = melody(step("x", play("coder", policy=trying(1))), players={"coder": player("backup")})
    ir = melody(
        step("x", play("coder", policy=trying(1))),
        step("sub", call(sub), tolerates=("x",)),
        modules=(sub,),
        players={"coder": player("junior")},
        on_step_failure="finish_independent",
    )
    stand = Stand({"coder": fails("http.503"), "junior": fails("http.503")})
    result = stand.run(ir, start)
    assert attempts(result, "x") == ["coder http.503 fallback", "junior http.503 fail"]
    assert attempts(result, "sub/x") == ["coder http.503 fallback", "backup success"]


@BOTH
@pytest.mark.parametrize(("with_", "fact"), [({}, "missing"), ({"topic": "3"}, "string")])
def test_inputs_that_do_not_fit_fail_the_call(
    with_: dict[str, str], fact: str, start: Start
) -> None:
    stand = Stand()
    result = stand.run(melody(step("docs", call(DOCS, **with_)), modules=(DOCS,)), start)
    assert (code(result), result.failed_step, stand.played) == ("input.invalid", "docs", [])
    assert result.error is not None
    assert "'topic'" in result.error.message
    assert fact in result.error.message


@BOTH
def test_a_failure_inside_fails_the_call_and_names_the_step_inside(start: Start) -> None:
    ir = melody(step("docs", call(DOCS, topic="'x'")), step("b", play()), modules=(DOCS,))
    stand = Stand({"hand": naps(9), "writer": naps(1, StandardError.of("http.400"))})
    result = stand.run(ir, start)
    assert (result.failed_step, code(result)) == ("docs/intro", "http.400")
    assert statuses(result) == {
        "docs": "failed", "docs/intro": "failed", "docs/body": "pending", "b": "cancelled",
    }  # fmt: skip


@BOTH
def test_what_recovered_inside_makes_the_call_recovered(start: Start) -> None:
    sub = melody(step("x", play(policy=trying(2))))
    stand = Stand({"hand": one_after_the_other(fails("http.503"), naps(0))})
    result = stand.run(melody(step("sub", call(sub)), modules=(sub,)), start)
    assert statuses(result) == {"sub": "recovered", "sub/x": "recovered"}


@BOTH
def test_it_shares_the_places_of_the_run(start: Start) -> None:
    sub = melody(step("x", play()), step("y", play()))
    ir = melody(step("a", call(sub)), step("b", call(sub)), modules=(sub,), concurrency=1)
    stand = Stand({"hand": naps(1)})
    stand.run(ir, start)
    assert (stand.elapsed, stand.played) == (4, ["a/x", "a/y", "b/x", "b/y"])


@BOTH
def test_it_spends_the_runs_budget_and_a_budget_of_its_own_comes_on_top(start: Start) -> None:
    sub = melody(step("x", play()), step("y", play(), "x"), budget=Budget(attempts=1), players={})
    ir = melody(step("a", call(sub)), modules=(sub,), budget=Budget(attempts=9))
    result = Stand().run(ir, start)
    assert (code(result), result.failed_step) == ("policy.budget", "a/y")
    assert result.error is not None
    assert "sub-melody 'a'" in result.error.message
    tight = melody(step("a", call(sub)), modules=(sub,), budget=Budget(attempts=1))
    assert code(Stand().run(tight, start)) == "policy.budget"


@BOTH
def test_in_sides_and_loops_calls_have_the_paths_of_both(start: Start) -> None:
    sub = melody(step("x", play()))
    loop = repeat(step("p.a.l.c", call(sub)), until="iteration == 2")
    ir = melody(step("p", parallel(side("a", step("p.a.l", loop)))), modules=(sub,))
    stand = Stand()
    stand.run(ir, start)
    assert stand.played == ["p.a.l#1.c/x", "p.a.l#2.c/x"]


@BOTH
def test_outputs_that_cannot_be_evaluated_fail_the_call(start: Start) -> None:
    sub = melody(step("x", set_("{}")), x="steps.x.output.nothing")
    result = Stand().run(melody(step("sub", call(sub)), modules=(sub,)), start)
    assert (code(result), result.failed_step) == ("expression.missing", "sub")


def test_an_unwritten_skip_inside_a_call_depends_on_the_map_round_it() -> None:
    sub = melody(step("x", play(gate="false", gap_accepted=True)))
    plain = Stand().run(melody(step("sub", call(sub)), modules=(sub,)))
    mapped = Stand().run(melody(step("m", for_each("[1]", call(sub))), modules=(sub,)))
    assert (statuses(plain)["sub/x"], statuses(mapped)["m[0]/x"]) == ("gap", "failed")
