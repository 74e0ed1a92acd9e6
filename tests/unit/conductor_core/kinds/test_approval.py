"""Approvals: answers, rejections, time that runs out, nobody there."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    approval,
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
    wait,
)
from tests.unit.conductor_core.stand import Stand, answering, code, fails, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget, Rung, SucceedIf
from workflow_ir.result import RunResult

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
FORM = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "stars": {"type": "integer", "default": 3},
        "note": {"type": ["string", "null"]},
    },
    "required": ["code"],
    "additionalProperties": False,
}


def asked(
    start: Start, entry: Any = None, form: dict[str, Any] | None = None, **facts: Any
) -> tuple[Stand, RunResult]:
    stand = Stand(people=answering(**({} if entry is None else {"ok": entry})))
    ir = melody(
        step("ok", approval(form=form, **facts)),
        step("after", set_("steps.ok.output"), "ok"),
        o="steps.after.output",
    )
    return stand, stand.run(ir, start)


@BOTH
def test_an_approval_gives_the_fields_of_its_form_and_the_choice(start: Start) -> None:
    _, result = asked(start, {"answer": {"code": "z", "choice": "approve"}}, FORM)
    assert result.outputs == {"o": {"code": "z", "stars": 3, "note": None, "choice": "approve"}}


@BOTH
def test_without_a_form_there_is_only_the_choice_which_need_not_be_written(start: Start) -> None:
    _, result = asked(start, {"answer": {}})
    assert result.outputs == {"o": {"choice": "approve"}}


@BOTH
def test_a_rejection_fails_it_and_its_ladder_applies(start: Start) -> None:
    _, result = asked(start, {"answer": {"choice": "reject"}}, FORM)
    assert (code(result), result.failed_step) == ("approval.rejected", "ok")
    body = guarded(approval(), on_failure=(Rung.SKIP,))
    skipped = Stand(people=answering(ok={"answer": {"choice": "reject"}})).run(
        melody(step("ok", body)), start
    )
    assert (statuses(skipped), skipped.status) == ({"ok": "gap"}, "degraded")


@BOTH
def test_a_rejection_that_goes_on_leaves_absent_fields_open(start: Start) -> None:
    entry = {"answer": {"choice": "reject", "note": "no"}}
    _, result = asked(start, entry, FORM, on_reject="continue")
    assert result.outputs == {"o": {"code": None, "stars": 3, "note": "no", "choice": "reject"}}


@BOTH
@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ({"choice": "aprove"}, "did you mean 'approve'?"),
        ({"choice": "approve"}, "code"),
        ({"code": 7}, "code"),
        ({"code": "z", "colour": "red"}, "colour"),
        ("yes", "an answer is a map"),
    ],
)
def test_an_answer_of_a_script_that_does_not_fit_is_a_clear_failure(
    answer: Any, fact: str, start: Start
) -> None:
    _, result = asked(start, {"answer": answer}, FORM)
    assert code(result) == "input.invalid"
    assert result.error is not None
    assert "the script's answer to 'ok' does not fit" in result.error.message
    assert fact in result.error.message


@BOTH
def test_a_behaviour_of_a_player_is_no_answer(start: Start) -> None:
    _, result = asked(start, {"error": "http.503"})
    assert code(result) == "config.invalid"
    assert result.error is not None
    assert "write `answer` or `hang`" in result.error.message


@BOTH
def test_an_answer_may_take_its_time(start: Start) -> None:
    stand, result = asked(start, {"sleep": "90s", "answer": {}}, expires_s=91)
    assert (stand.elapsed, result.status) == (90, "succeeded")


@BOTH
@pytest.mark.parametrize(
    ("on_timeout", "expected"),
    [("fail", "approval.expired"), ("reject", "approval.rejected"), ("approve", None)],
)
def test_when_nobody_answers_in_time_on_timeout_says_what_then(
    on_timeout: str, expected: str | None, start: Start
) -> None:
    stand, result = asked(start, {"hang": "2h"}, expires_s=3600, on_timeout=on_timeout)
    assert (code(result), stand.elapsed) == (expected, 3600)
    if expected is None:
        assert result.outputs == {"o": {"choice": "approve"}}


@BOTH
def test_time_cannot_fill_in_a_field_that_only_a_person_can(start: Start) -> None:
    _, result = asked(start, {"hang": "2h"}, FORM, expires_s=60, on_timeout="approve")
    assert code(result) == "approval.expired"
    assert result.error is not None
    assert "nobody filled in the form" in result.error.message


@BOTH
def test_an_answer_at_the_moment_of_expiry_comes_too_late(start: Start) -> None:
    _, result = asked(start, {"sleep": "60s", "answer": {}}, expires_s=60)
    assert code(result) == "approval.expired"


@BOTH
def test_after_a_hang_the_next_entry_answers_and_after_the_last_one_nobody(start: Start) -> None:
    stand, result = asked(start, [{"hang": "10m"}, {"answer": {}}])
    assert (stand.elapsed, result.status) == (600, "succeeded")
    stand, result = asked(start, [{"hang": "10m"}])
    assert (stand.elapsed, result.status) == (600, "paused")


@BOTH
def test_entries_are_consumed_path_by_path(start: Start) -> None:
    body = repeat(step("l.ok", approval()), until="iteration == 2", result="steps.ok.output.choice")
    ir = melody(step("l", body))
    result = Stand(people=answering(**{"l.ok": [{"answer": {}}, {"hang": "1h"}]})).run(ir, start)
    assert result.status == "succeeded"  # each iteration begins at the first entry
    people = answering(**{"l#2.ok": {"answer": {"choice": "reject"}}, "l.ok": {"answer": {}}})
    result = Stand(people=people).run(ir, start)
    assert (result.failed_step, code(result)) == ("l#2.ok", "approval.rejected")


@BOTH
def test_with_nobody_to_ask_everything_else_is_done_and_then_the_run_pauses(start: Start) -> None:
    inner = group(step("g.ok", approval()), step("g.after", play(), "g.ok"))
    ir = melody(
        step("g", inner),
        step("other", play()),
        step("more", play(), "other"),
        step("end", play(), "g"),
        more="steps.more.output",
        end="steps.end.output",
    )
    stand = Stand({"hand": naps(5, "done")})
    result = stand.run(ir, start)
    assert (result.status, result.error) == ("paused", None)
    assert statuses(result) == {
        "g": "running", "g.ok": "waiting", "g.after": "pending", "other": "succeeded",
        "more": "succeeded", "end": "pending",
    }  # fmt: skip
    assert result.outputs == {"more": "done", "end": None}
    assert stand.elapsed == 10
    finished = [path for kind, path in stand.told(EventKind.STEP_FINISHED)]
    assert finished == ["other", "more"]
    assert stand.events[-1].facts["status"] == "paused"


@BOTH
def test_a_question_nobody_can_be_asked_does_not_wait_for_its_expiry(start: Start) -> None:
    stand, result = asked(start, None, expires_s=3600)
    assert (result.status, stand.elapsed) == ("paused", 0)


@BOTH
def test_a_run_does_not_pause_while_somebody_may_still_answer(start: Start) -> None:
    ir = melody(step("a", approval()), step("b", approval()))
    stand = Stand(people=answering(b={"sleep": "1h", "answer": {}}))
    result = stand.run(ir, start)
    assert statuses(result) == {"a": "waiting", "b": "succeeded"}
    assert stand.elapsed == 3600


@BOTH
def test_a_run_does_not_pause_while_a_sync_point_has_time(start: Start) -> None:
    sides = parallel(
        side("a", step("p.a.ok", approval())),
        side("b", step("p.b.x", play())),
        succeed_if=SucceedIf(kind="percent", percent=50),
        barrier_timeout_s=60,
    )
    stand = Stand()
    result = stand.run(melody(step("p", sides)), start)
    assert (statuses(result)["p.a.ok"], stand.elapsed) == ("cancelled", 60)
    assert result.status == "succeeded"


@BOTH
def test_a_failure_counts_before_a_pause(start: Start) -> None:
    ir = melody(step("a", approval()), step("b", play()))
    result = Stand({"b": naps(1, StandardError.of("http.400"))}).run(ir, start)
    assert (result.status, statuses(result)["a"]) == ("failed", "cancelled")


@BOTH
def test_independent_steps_finish_and_then_the_run_pauses(start: Start) -> None:
    ir = melody(
        step("a", approval()),
        step("b", play()),
        step("c", play()),
        on_step_failure="finish_independent",
    )
    result = Stand({"b": fails("http.400")}).run(ir, start)
    assert result.status == "paused"
    assert statuses(result) == {"a": "waiting", "b": "failed", "c": "succeeded"}


@BOTH
def test_items_of_a_map_wait_each_for_themselves(start: Start) -> None:
    ir = melody(step("m", for_each("[1, 2]", approval())), step("after", play(), "m"))
    result = Stand(people=answering(**{"m[0]": {"answer": {}}})).run(ir, start)
    assert statuses(result) == {
        "m": "running", "m[0]": "succeeded", "m[1]": "waiting", "after": "pending",
    }  # fmt: skip
    answered = Stand(people=answering(m={"answer": {}})).run(ir, start)
    assert answered.status == "succeeded"


@BOTH
def test_time_in_which_only_people_are_waited_for_counts_against_no_budget(start: Start) -> None:
    """``budget.wall`` is the run without paused time (spec 8, Verbs)."""
    budget = Budget(wall_s=60)
    ir = melody(step("ok", approval()), step("late", wait(seconds=50), "ok"), budget=budget)
    stand = Stand(people=answering(ok={"sleep": "2h", "answer": {}}))
    assert (stand.run(ir, start).status, stand.elapsed) == ("succeeded", 7250)
    longer = melody(step("ok", approval()), step("late", wait(seconds=61), "ok"), budget=budget)
    stand = Stand(people=answering(ok={"sleep": "2h", "answer": {}}))
    assert (code(stand.run(longer, start)), stand.elapsed) == ("policy.deadline", 7260)


@BOTH
def test_time_counts_while_something_else_goes_on_beside_a_question(start: Start) -> None:
    ir = melody(
        step("ok", approval()),
        step("beside", wait(seconds=40)),
        step("late", wait(seconds=30), "ok"),
        budget=Budget(wall_s=60),
    )
    stand = Stand(people=answering(ok={"sleep": "100s", "answer": {}}))
    assert (code(stand.run(ir, start)), stand.elapsed) == ("policy.deadline", 120)


@BOTH
def test_the_question_and_the_choice_are_journalled(start: Start) -> None:
    stand, _ = asked(start, {"answer": {}}, assignees=("ada",), expires_s=60)
    asked_, answered = (
        event for event in stand.events if event.kind in (EventKind.WAITING, EventKind.ANSWERED)
    )
    question = asked_.facts["question"]
    assert (question["text"], question["assignees"]) == ("Well?", ("ada",))
    assert answered.facts == {"choice": "approve", "expired": False}
