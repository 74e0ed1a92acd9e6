"""Parallel sides: thresholds, the sync point's time, and what becomes of those not needed."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    group,
    guarded,
    melody,
    parallel,
    play,
    repeat,
    set_,
    side,
    step,
)
from tests.unit.conductor_core.stand import Stand, code, fails, naps, statuses
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Rung, SucceedIf
from workflow_ir.result import RunResult
from workflow_ir.steps import Side

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
REFUSED = StandardError.of("http.400")
ANY = SucceedIf(kind="any")
TWO = SucceedIf(kind="count", count=2)
MOST = SucceedIf(kind="percent", percent=60)


def one(name: str) -> Side:
    """A side of one step that plays and gives the step's output."""
    return side(name, step(f"p.{name}.x", play()), result="steps.x.output")


def run(stand: Stand, start: Start, *names: str, **facts: Any) -> RunResult:
    sides = parallel(*map(one, names), **facts)
    return stand.run(
        melody(step("p", sides), step("after", play(), "p"), p="steps.p.output"), start
    )


@BOTH
def test_all_sides_go_on_at_once_and_give_a_map_of_their_results(start: Start) -> None:
    stand = Stand({"p.a.x": naps(2, 1), "p.b.x": naps(3, 2)})
    result = run(stand, start, "a", "b")
    assert result.outputs == {"p": {"a": 1, "b": 2}}
    assert (result.steps["p"].failed, result.steps["p"].succeeded) == ([], 2)
    assert list(result.steps) == ["p", "p.a.x", "p.b.x", "after"]
    assert stand.elapsed == 3


@BOTH
def test_without_a_threshold_one_failure_cancels_the_rest_at_once(start: Start) -> None:
    stand = Stand({"p.a.x": naps(9), "p.b.x": naps(1, REFUSED)})
    result = run(stand, start, "a", "b")
    assert statuses(result) == {
        "p": "failed", "p.a.x": "cancelled", "p.b.x": "failed", "after": "pending",
    }  # fmt: skip
    assert (code(result), result.failed_step, stand.elapsed) == ("parallel.threshold", "p", 1)
    assert result.error is not None
    assert result.error.detail == {"failed": ["b"]}
    assert "p.b.x: http.400" in result.error.message


@BOTH
def test_any_takes_the_first_and_cancels_the_others_without_harm(start: Start) -> None:
    stand = Stand({"p.a.x": naps(9), "p.b.x": naps(1, "won"), "p.c.x": naps(9)})
    result = run(stand, start, "a", "b", "c", succeed_if=ANY)
    assert result.outputs == {"p": {"a": None, "b": "won", "c": None}}
    assert (result.steps["p"].failed, result.steps["p"].succeeded) == ([], 1)
    assert (result.status, stand.elapsed) == ("succeeded", 1)
    assert statuses(result)["p.a.x"] == "cancelled"


@BOTH
def test_n_are_enough_and_a_failure_before_degrades_the_run(start: Start) -> None:
    acts = {"p.a.x": naps(1, REFUSED), "p.b.x": naps(2, 2), "p.c.x": naps(3, 3), "p.d.x": naps(9)}
    stand = Stand(acts)
    result = run(stand, start, "a", "b", "c", "d", succeed_if=TWO)
    assert result.outputs == {"p": {"a": None, "b": 2, "c": 3, "d": None}}
    assert result.steps["p"].failed == ["a"]
    assert (result.status, result.gaps, stand.elapsed) == ("degraded", (), 3)


@BOTH
def test_a_percentage_waits_for_everybody(start: Start) -> None:
    stand = Stand({"p.a.x": naps(1), "p.b.x": naps(2), "p.c.x": naps(9, REFUSED)})
    result = run(stand, start, "a", "b", "c", succeed_if=MOST)
    assert (stand.elapsed, statuses(result)["p"]) == (9, "succeeded")


@BOTH
def test_a_threshold_that_cannot_be_reached_any_more_ends_it_at_once(start: Start) -> None:
    stand = Stand({"p.a.x": naps(1, REFUSED), "p.b.x": naps(2, REFUSED), "p.c.x": naps(9)})
    result = run(stand, start, "a", "b", "c", succeed_if=TWO)
    assert (stand.elapsed, statuses(result)["p.c.x"]) == (2, "cancelled")


@BOTH
def test_more_than_there_are_sides_fails_before_any_of_them_begins(start: Start) -> None:
    stand = Stand()
    result = run(stand, start, "a", succeed_if=TWO)
    assert (code(result), stand.played) == ("parallel.threshold", [])
    assert statuses(result) == {"p": "failed", "after": "pending"}


@BOTH
def test_whoever_is_late_at_the_sync_point_is_cancelled_and_missing(start: Start) -> None:
    stand = Stand({"p.a.x": naps(400), "p.b.x": naps(1, "b"), "p.c.x": naps(2, "c")})
    result = run(stand, start, "a", "b", "c", succeed_if=MOST, barrier_timeout_s=300)
    assert result.outputs == {"p": {"a": None, "b": "b", "c": "c"}}
    assert (result.steps["p"].failed, result.status) == ([], "succeeded")
    assert (statuses(result)["p.a.x"], stand.elapsed) == ("cancelled", 300)


@BOTH
def test_too_few_at_the_sync_point_in_time_is_a_failure_that_says_so(start: Start) -> None:
    stand = Stand({"p.a.x": naps(400), "p.b.x": naps(1)})
    result = run(stand, start, "a", "b", barrier_timeout_s=300)
    assert (code(result), stand.elapsed) == ("parallel.threshold", 300)
    assert result.error is not None
    assert "time was over" in result.error.message


@BOTH
def test_a_barrier_that_is_not_needed_leaves_no_alarm(start: Start) -> None:
    stand = Stand({"hand": naps(1)})
    run(stand, start, "a", barrier_timeout_s=300)
    assert stand.elapsed == 2


@BOTH
@pytest.mark.parametrize("succeed_if", [None, ANY])
def test_a_result_that_cannot_be_evaluated_fails_its_side(
    succeed_if: SucceedIf | None, start: Start
) -> None:
    broken = side("a", step("p.a.x", set_("{}")), result="steps.x.output.nothing")
    ir = melody(step("p", parallel(broken, one("b"), succeed_if=succeed_if)))
    result = Stand({"p.b.x": naps(1)}).run(ir, start)
    assert result.steps["p"].failed == ["a"]
    assert code(result) == (None if succeed_if else "parallel.threshold")
    if result.error is not None:
        assert "expression.missing" in result.error.message


@BOTH
def test_nothing_starts_in_a_side_after_the_verdict(start: Start) -> None:
    long = side("b", step("p.b.x", play()), step("p.b.y", play(), "p.b.x"))
    stand = Stand({"p.a.x": naps(1), "p.b.x": naps(1)})  # of a tie, the smaller path is first
    stand.run(melody(step("p", parallel(one("a"), long, succeed_if=ANY))), start)
    assert "p.b.y" not in stand.played


@BOTH
def test_its_own_ladder_is_asked_when_the_threshold_was_missed(start: Start) -> None:
    body = guarded(parallel(one("a"), one("b")), on_failure=(Rung.SKIP,))
    ir = melody(step("p", body), step("after", play(), tolerates=("p",)))
    result = Stand({"p.a.x": fails("http.400")}).run(ir, start)
    assert (statuses(result)["p"], statuses(result)["after"]) == ("gap", "succeeded")
    assert [gap.step for gap in result.gaps] == ["p"]


@BOTH
def test_sides_that_wait_for_a_place_of_the_run_do_not_block_one_another(start: Start) -> None:
    stand = Stand({"hand": naps(1)})
    sides = parallel(one("a"), one("b"), one("c"))
    stand.run(melody(step("p", sides), concurrency=1), start)
    assert (stand.played, stand.elapsed) == (["p.a.x", "p.b.x", "p.c.x"], 3)


@BOTH
def test_scopes_inside_sides_are_cancelled_and_awaited_with_them(start: Start) -> None:
    loop = repeat(
        step("p.a.g.l.x", play()), while_="true", max_=5, result="steps.x.output", on_max="accept"
    )
    deep = side("a", step("p.a.g", group(step("p.a.g.l", loop))))
    stand = Stand({"hand": naps(2), "p.b.x": naps(5)})
    result = stand.run(melody(step("p", parallel(deep, one("b"), succeed_if=ANY))), start)
    assert statuses(result) == {
        "p": "succeeded", "p.a.g": "cancelled", "p.a.g.l": "cancelled",
        "p.a.g.l#1.x": "succeeded", "p.a.g.l#2.x": "succeeded", "p.a.g.l#3.x": "cancelled",
        "p.b.x": "succeeded",
    }  # fmt: skip
    assert (stand.elapsed, stand.going.total(), result.status) == (5, 0, "succeeded")
