"""A guard round a scope: its time, its gate, its schema, its ladder, its budget."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    approval,
    arm,
    branch,
    call,
    expr,
    fail,
    for_each,
    group,
    guarded,
    melody,
    parallel,
    play,
    repeat,
    set_,
    side,
    step,
    trying,
)
from tests.unit.conductor_core.stand import Stand, answering, code, fails, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget, Gate, Rung

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
SUB = melody(step("x", play()))

SCOPES = {
    "group": (group(step("s.x", play())), "s.x"),
    "branch": (branch(arm("a", None, step("s.a.x", play()))), "s.a.x"),
    "parallel": (parallel(side("a", step("s.a.x", play()))), "s.a.x"),
    "repeat": (repeat(step("s.x", play()), until="true"), "s#1.x"),
    "call": (call(SUB), "s/x"),
}
EACH = pytest.mark.parametrize("kind", SCOPES)


def run(stand: Stand, start: Start, body: Any, **guard: Any) -> Any:
    ir = melody(
        step("s", guarded(body, **guard)),
        step("after", set_("default(steps.s.output, 'instead')"), tolerates=("s",)),
        modules=(SUB,),
        after="steps.after.output",
    )
    return stand.run(ir, start)


@BOTH
@EACH
def test_a_scope_that_takes_too_long_is_stopped_as_a_whole(kind: str, start: Start) -> None:
    body, path = SCOPES[kind]
    stand = Stand({"hand": naps(9)})
    result = run(stand, start, body, policy=trying(3, timeout_s=5))
    assert (code(result), result.failed_step, stand.elapsed) == ("timeout.attempt", "s", 5)
    assert (statuses(result)["s"], statuses(result)[path]) == ("failed", "cancelled")
    assert stand.going.total() == 0


@BOTH
@EACH
def test_time_that_is_enough_changes_nothing(kind: str, start: Start) -> None:
    body, path = SCOPES[kind]
    stand = Stand({"hand": naps(4)})
    result = run(stand, start, body, policy=trying(timeout_s=5))
    assert (statuses(result)["s"], statuses(result)[path]) == ("succeeded", "succeeded")
    assert stand.elapsed == 4


@BOTH
@EACH
def test_a_written_skip_makes_a_failure_inside_a_gap_of_the_scope(kind: str, start: Start) -> None:
    body, path = SCOPES[kind]
    stand = Stand({"hand": fails("http.400")})
    result = run(stand, start, body, on_failure=(Rung.RETRY, Rung.FALLBACK, Rung.SKIP))
    assert (statuses(result)["s"], statuses(result)[path]) == ("gap", "failed")
    assert (result.status, result.outputs) == ("degraded", {"after": "instead"})
    assert stand.played == [path]  # a scope is not tried again


@BOTH
@EACH
def test_a_written_fail_fails_it(kind: str, start: Start) -> None:
    body, path = SCOPES[kind]
    result = run(Stand({"hand": fails("http.400")}), start, body, on_failure=(Rung.FAIL,))
    assert (result.status, statuses(result)["s"], statuses(result)[path]) == (
        "failed", "failed", "failed",
    )  # fmt: skip


@BOTH
@EACH
def test_no_gap_is_inherited_though_every_reader_would_accept_one(kind: str, start: Start) -> None:
    body, _ = SCOPES[kind]
    stand = Stand({"hand": fails("gate.failed")})
    result = run(stand, start, body, gap_accepted=True)
    expected = "gap" if kind == "parallel" else "failed"  # its threshold is a failure of its own
    assert statuses(result)["s"] == expected


@BOTH
@EACH
def test_its_gate_judges_its_output(kind: str, start: Start) -> None:
    body, path = SCOPES[kind]
    gate = Gate(check=expr("output == 'good'"))
    result = run(Stand(), start, body, gate=gate)
    assert (code(result), result.failed_step) == ("gate.failed", "s")
    assert statuses(result)[path] == "succeeded"
    assert result.steps["s"].output is None


@BOTH
def test_a_gate_may_ask_for_a_score(start: Start) -> None:
    gate = Gate(score=expr("output"), at_least=0.8)
    good = run(Stand(), start, group(result="0.8"), gate=gate)
    poor = run(Stand(), start, group(result="0.79"), gate=gate)
    assert (code(good), code(poor)) == (None, "gate.failed")


@BOTH
def test_a_failed_gate_follows_its_own_ladder(start: Start) -> None:
    stand, gate = Stand(), Gate(check=expr("false"), on_fail=(Rung.SKIP,))
    result = run(stand, start, group(), gate=gate)
    assert statuses(result)["s"] == "gap"
    rules = [event.facts["rule"] for event in stand.events if event.kind is EventKind.DECISION]
    assert rules == ["on_fail"]


@BOTH
def test_a_gate_that_failed_inside_is_no_matter_of_the_gate_outside(start: Start) -> None:
    body = group(step("s.x", play(gate="false")))
    gate = Gate(check=expr("true"), on_fail=(Rung.SKIP,))
    result = run(Stand(), start, body, gate=gate)
    assert (result.failed_step, statuses(result)["s"]) == ("s.x", "failed")


@BOTH
@pytest.mark.parametrize("body", [set_("1"), approval()])
def test_gates_and_schemas_hold_for_every_verb(body: Any, start: Start) -> None:
    people = answering(s={"answer": {}})
    gated = run(Stand(people=people), start, body, gate=Gate(check=expr("false")))
    typed = run(Stand(people=people), start, body, output={"type": "string"})
    assert (code(gated), code(typed)) == ("gate.failed", "output.schema")


@BOTH
def test_items_of_a_map_have_the_guard_each(start: Start) -> None:
    body = guarded(group(step("m.x", play())), policy=trying(timeout_s=5), on_failure=(Rung.SKIP,))
    stand = Stand({"m[0].x": naps(9), "m[1].x": naps(1), "m[2].x": fails("http.400")})
    result = stand.run(melody(step("m", for_each("range(3)", body))), start)
    told = statuses(result)
    assert [told[f"m[{n}]"] for n in range(3)] == ["gap", "succeeded", "gap"]
    assert [gap.step for gap in result.gaps] == ["m[0]", "m[2]"]


@BOTH
def test_guarded_branches_as_items_keep_their_arms(start: Start) -> None:
    arms = branch(
        arm("odd", "item % 2 == 1", step("m.odd.x", fail())),
        arm("even", None, step("m.even.x", set_("item"))),
    )
    ir = melody(step("m", for_each("range(3)", guarded(arms, on_failure=(Rung.SKIP,)))))
    told = statuses(Stand().run(ir, start))
    assert told == {
        "m": "succeeded", "m[0]": "succeeded", "m[0].even.x": "succeeded", "m[1]": "gap",
        "m[1].odd.x": "failed", "m[2]": "succeeded", "m[2].even.x": "succeeded",
    }  # fmt: skip


@BOTH
def test_a_guarded_branch_without_an_arm_is_skipped(start: Start) -> None:
    body = branch(arm("a", "false"))
    result = run(Stand(), start, body, on_failure=(Rung.SKIP,))
    assert statuses(result)["s"] == "skipped"


@BOTH
def test_the_tighter_of_two_guards_holds(start: Start) -> None:
    inner = guarded(group(step("s.h.x", play())), policy=trying(timeout_s=3))
    stand = Stand({"hand": naps(9)})
    result = run(stand, start, group(step("s.h", inner)), policy=trying(timeout_s=5))
    assert (result.failed_step, stand.elapsed) == ("s.h", 3)
    inner = guarded(group(step("s.h.x", play())), policy=trying(timeout_s=5))
    stand = Stand({"hand": naps(9)})
    result = run(stand, start, group(step("s.h", inner)), policy=trying(timeout_s=3))
    assert (result.failed_step, stand.elapsed) == ("s", 3)


@BOTH
def test_a_budget_of_a_scope_bounds_all_that_is_inside(start: Start) -> None:
    body = group(step("s.a", play()), step("s.b", play(), "s.a"), step("s.c", play(), "s.b"))
    result = run(Stand(), start, body, policy=trying(budget=Budget(attempts=2)))
    assert (code(result), result.failed_step) == ("policy.budget", "s.c")
    skipped = run(
        Stand(), start, body, policy=trying(budget=Budget(attempts=2), on_exceeded="skip"),
        gap_accepted=True,
    )  # fmt: skip
    assert statuses(skipped)["s"] == "failed"


@BOTH
def test_the_time_of_a_scopes_budget_ends_it(start: Start) -> None:
    stand = Stand({"hand": naps(9)})
    body = group(step("s.a", play()))
    result = run(stand, start, body, policy=trying(budget=Budget(wall_s=5)))
    assert (code(result), stand.elapsed) == ("policy.budget", 5)


@BOTH
def test_a_failure_that_falls_with_the_limit_is_the_limits(start: Start) -> None:
    stand = Stand({"hand": naps(5, StandardError.of("http.400"))})
    result = run(stand, start, group(step("s.a", play())), policy=trying(timeout_s=5))
    assert (code(result), stand.elapsed) == ("timeout.attempt", 5)


@BOTH
def test_cancelling_a_limited_scope_from_outside_is_no_time_out(start: Start) -> None:
    body = guarded(group(step("s.a", play())), policy=trying(timeout_s=5))
    ir = melody(step("s", body), step("x", play()))
    stand = Stand({"s.a": naps(9), "x": naps(5, StandardError.of("http.400"))})
    result = stand.run(ir, start)
    assert stand.elapsed == 5
    assert result.failed_step in ("s", "x")
    assert set(statuses(result).values()) <= {"failed", "cancelled"}
