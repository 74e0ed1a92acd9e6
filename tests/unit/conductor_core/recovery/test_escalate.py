"""A person decides about a step that cannot go on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from conductor_core.ports import Answer, PlayerClock, Question
from conductor_core.recovery.escalate import MOST_QUESTIONS
from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    approval,
    for_each,
    group,
    guarded,
    melody,
    play,
    player,
    repeat,
    step,
    trying,
    wait,
)
from tests.unit.conductor_core.stand import (
    Act,
    Stand,
    answering,
    attempts,
    code,
    fails,
    naps,
    one_after_the_other,
    statuses,
    until,
)
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget, Escalation, Importance, Policy, Retry, Rung
from workflow_ir.result import RunResult

ESCALATE = (Rung.ESCALATE,)
N = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def answer(choice: str, **fields: Any) -> dict[str, Any]:
    return {"answer": {"choice": choice, **fields}}


def asked(says: Any, *acts: Act, start: Start = "eager", **guard: Any) -> tuple[RunResult, Stand]:
    """One step `x` of the player `hand`, and what the script says at `x~escalate`."""
    stand = Stand({"hand": one_after_the_other(*(acts or (fails("http.400"),)))})
    if says is not None:
        stand.people = answering(**{"x~escalate": says})
    facts = {"on_failure": ESCALATE, **guard}
    return stand.run(melody(step("x", play(**facts))), start), stand


@dataclass
class Person:
    """Answers everything alike, and keeps what it was asked."""

    says: Answer | None
    questions: list[Question] = field(default_factory=list)
    thinks: bool = False

    def present(self, path: str, /) -> bool:
        return path.endswith("~escalate")

    async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
        self.questions.append(question)
        if self.thinks:
            await asyncio.Event().wait()
        return self.says


@pytest.mark.parametrize("start", ["eager", "graph"])
def test_retry_is_one_more_attempt_of_the_same_player_beyond_its_allowance(start: Start) -> None:
    result, stand = asked(
        answer("retry"), fails("http.503"), fails("http.503"), naps(1, 7),
        start=start, policy=trying(1), on_failure=(Rung.RETRY, Rung.ESCALATE),
    )  # fmt: skip
    assert attempts(result, "x") == ["hand http.503 escalate", "hand http.503 escalate",
                                     "hand success"]  # fmt: skip
    assert (statuses(result), result.steps["x"].output) == ({"x": "recovered"}, 7)
    told = stand.told(EventKind.WAITING, EventKind.ANSWERED)
    assert told == [(EventKind.WAITING, "x~escalate"), (EventKind.ANSWERED, "x~escalate")] * 2


def test_a_retry_begins_with_time_limits_of_its_own() -> None:
    policy = Policy(wall_s=10, retry=Retry(max_attempts=1))
    result, _ = asked(
        [{"sleep": "20m", "answer": {"choice": "retry"}}], naps(60), naps(9, 1), policy=policy
    )
    assert attempts(result, "x") == ["hand policy.wall_time escalate", "hand success"]


def test_skip_leaves_a_gap_where_policy_would_not_have_left_one() -> None:
    result, _ = asked(answer("skip"), importance=Importance.CRITICAL)
    assert (result.status, statuses(result), result.gaps[0].step) == ("degraded", {"x": "gap"}, "x")


def test_fail_keeps_the_error_of_the_step() -> None:
    result, _ = asked(answer("fail"), on_failure=(Rung.ESCALATE, Rung.SKIP))
    assert (result.status, code(result)) == ("failed", "http.400")
    assert attempts(result, "x") == ["hand http.400 escalate"]


def test_an_answer_is_the_output_and_the_step_has_recovered() -> None:
    result, _ = asked(answer("answer", output={"n": 3}), output=N, gate="output.n > 2")
    assert (result.status, result.steps["x"].output) == ("recovered", {"n": 3})
    assert result.steps["x"].error is None


@pytest.mark.parametrize(
    "wrong", [answer("answer", output={"n": 1}), answer("answer", output={"n": "3"}),
              answer("answer"), answer("approve"), {"answer": {}}, {"return": 3}],
)  # fmt: skip
def test_a_wrong_answer_of_a_script_fails_the_step_as_the_scripts_own_mistake(wrong: Any) -> None:
    result, stand = asked(wrong, output=N, gate="output.n > 2")
    assert code(result) == ("config.invalid" if "return" in wrong else "input.invalid")
    assert attempts(result, "x") == ["hand http.400 escalate"]
    assert len(stand.told(EventKind.WAITING)) == 1


def test_with_nobody_there_it_is_not_even_decided() -> None:
    result, stand = asked(None)
    assert attempts(result, "x") == ["hand http.400 fail"]
    (decision,) = (event for event in stand.events if event.kind is EventKind.DECISION)
    assert decision.facts["rejected"] == [{"rung": "escalate", "reason": "no_human"}]


def test_whoever_leaves_the_question_open_lets_the_next_rung_decide() -> None:
    stand = Stand({"hand": fails("http.400")}, people=Person(None))
    guard = play(on_failure=(Rung.ESCALATE, Rung.SKIP))
    result = stand.run(melody(step("x", guard)))
    assert (statuses(result), attempts(result, "x")) == ({"x": "gap"}, ["hand http.400 skip"])
    last = [event for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert last.facts["rejected"] == [{"rung": "escalate", "reason": "no_human"}]
    assert result.status == "degraded"


HANG = {"hang": "2h"}


def test_a_question_expires_after_an_hour_and_the_next_rung_decides() -> None:
    result, stand = asked(HANG)
    assert (code(result), stand.elapsed) == ("http.400", 3600)
    last = [event for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert last.facts["rejected"] == [{"rung": "escalate", "reason": "escalation_expired"}]


@pytest.mark.parametrize(
    ("guard", "status"),
    [
        ({"gap_accepted": True}, "gap"),
        ({"on_failure": (Rung.ESCALATE, Rung.FAIL, Rung.SKIP)}, "gap"),
        ({}, "failed"),
    ],
)
def test_nobody_in_time_means_a_gap_only_where_one_is_accepted(
    guard: dict[str, Any], status: str
) -> None:
    policy = Policy(escalation=Escalation(expires_s=60, on_timeout="skip"))
    result, stand = asked(HANG, policy=policy, **guard)
    assert (statuses(result), stand.elapsed) == ({"x": status}, 60)


def test_in_an_item_of_a_map_nobody_in_time_means_no_unwritten_gap() -> None:
    policy = Policy(escalation=Escalation(expires_s=60, on_timeout="skip"))
    stand = Stand({"hand": fails("http.400")}, people=answering(**{"x~escalate": HANG}))
    guard = play(policy=policy, on_failure=ESCALATE, gap_accepted=True)
    result = stand.run(melody(step("x", for_each("[1]", guard))))
    assert statuses(result)["x[0]"] == "failed"


def test_the_question_tells_what_happened_without_secrets() -> None:
    person = Person(Answer("skip", {}))
    stand = Stand({"hand": fails("http.400", message="no s3cret.")}, people=person,
                  secrets={"KEY": "s3cret"})  # fmt: skip
    policy = Policy(escalation=Escalation(assignees=("ann",), expires_s=5))
    guard = play(on_failure=ESCALATE, policy=policy, output=N, n="'s3cret'")
    stand.run(melody(step("x", guard)))
    (question,) = person.questions
    assert question.text == "Step 'x' failed: http.400: no ***. 'hand' tried once. What now?"
    assert question.show == {
        "error": {"class": "permanent", "code": "http.400", "message": "no ***."},
        "attempts": ["hand: http.400: no ***."],
        "inputs": {"n": "***"},
    }
    assert (question.path, question.address) == ("x~escalate", "x")
    assert question.choices == ("retry", "skip", "answer", "fail")
    assert (question.assignees, question.expires_s) == (("ann",), 5)
    assert question.form is not None
    assert question.form["properties"] == {"output": N}


def test_the_time_of_a_question_is_nobodys_budget_and_holds_no_place() -> None:
    stand = Stand({"hand": one_after_the_other(naps(1, StandardError.of("http.400")), naps(1, 5)),
                   "other": naps(1)})  # fmt: skip
    stand.people = answering(**{"x~escalate": {"sleep": "30m", **answer("retry")}})
    ir = melody(
        step("x", play(on_failure=ESCALATE)), step("y", play("other")),
        budget=Budget(wall_s=4), concurrency=1,
    )  # fmt: skip
    result = stand.run(ir)
    assert (result.status, stand.elapsed) == ("recovered", 1802)
    ended = {event.path: event.time - stand.events[0].time for event in stand.events
             if event.kind is EventKind.STEP_FINISHED}  # fmt: skip
    assert ended == {"y": 2, "x": 1802}


def test_work_that_goes_on_beside_a_question_uses_the_budget_up() -> None:
    stand = Stand({"hand": fails("http.400"), "other": naps(60)})
    stand.people = answering(**{"x~escalate": {"sleep": "30m", **answer("skip")}})
    ir = melody(step("x", play(on_failure=ESCALATE)), step("y", play("other")),
                budget=Budget(wall_s=30))  # fmt: skip
    assert code(stand.run(ir)) == "policy.deadline"


def test_a_step_that_waits_for_a_person_is_cancelled_with_the_run() -> None:
    stand = Stand({"hand": fails("http.400"), "other": naps(5, StandardError.of("http.400"))})
    stand.people = answering(**{"x~escalate": HANG})
    ir = melody(step("x", play(on_failure=ESCALATE)), step("y", play("other")))
    result = stand.run(ir)
    assert (statuses(result), stand.elapsed) == ({"x": "cancelled", "y": "failed"}, 5)


def test_a_step_is_waiting_while_a_person_thinks() -> None:
    person = Person(None, thinks=True)
    stand = Stand({"hand": fails("http.400")}, people=person)

    async def main() -> None:
        run = asyncio.create_task(stand.perform(melody(step("x", play(on_failure=ESCALATE)))))
        await until(lambda: bool(person.questions))
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(main())
    assert stand.events[-1].facts["status"] == "cancelled"


def test_a_script_that_says_retry_for_ever_comes_to_an_end() -> None:
    result, _ = asked(answer("retry"))
    assert len(result.steps["x"].attempts) == MOST_QUESTIONS + 1
    assert code(result) == "http.400"


def test_another_step_that_nobody_can_answer_does_not_end_the_question() -> None:
    stand = Stand({"hand": fails("http.400")})
    stand.people = answering(**{"x~escalate": {"sleep": "10m", **answer("skip")}})
    result = stand.run(melody(step("ok", approval()), step("x", play(on_failure=ESCALATE))))
    assert (result.status, statuses(result)) == ("paused", {"ok": "waiting", "x": "gap"})


def test_a_scope_that_failed_is_asked_about_where_that_is_written_and_cannot_be_retried() -> None:
    person = Person(Answer("answer", {"output": 4}))
    stand = Stand({"hand": fails("http.400")}, people=person)
    inside = group(step("g.a", play()), result="steps.a.output")
    result = stand.run(melody(step("g", guarded(inside, on_failure=ESCALATE)), step("h", play(
        on_failure=(Rung.SKIP,)), "g"), out="steps.g.output"))  # fmt: skip
    assert [question.path for question in person.questions] == ["g~escalate"]
    assert person.questions[0].choices == ("skip", "answer", "fail")
    assert statuses(result) == {"g": "recovered", "g.a": "failed", "h": "gap"}
    assert result.outputs == {"out": 4}


@pytest.mark.parametrize("start", ["eager", "graph"])
def test_items_whose_inside_failed_may_be_answered(start: Start) -> None:
    stand = Stand({"hand": fails("http.400")})
    stand.people = answering(**{"m~escalate": answer("answer", output=1)})
    inside = group(step("m.a", play()), step("m.b", play(), "m.a"))
    each = for_each("[1, 2]", guarded(inside, on_failure=ESCALATE))
    result = stand.run(melody(step("m", each), out="steps.m.output"), start)
    assert (result.status, result.outputs) == ("recovered", {"out": [1, 1]})


def test_a_loop_that_is_exhausted_is_asked_about_by_its_class() -> None:
    stand = Stand(people=answering(**{"l~escalate": answer("skip")}))
    loop = guarded(repeat(step("l.a", play()), max_=2, until="false"))
    result = stand.run(melody(step("l", loop)))
    assert (result.status, statuses(result)["l"]) == ("degraded", "gap")


def test_who_let_a_step_inside_fail_is_not_asked_again_at_every_scope_round_it() -> None:
    person = Person(Answer("fail", {}))
    stand = Stand({"hand": fails("gate.failed")}, people=person)
    inner = group(step("g.h", group(step("g.h.a", play(policy=trying(1))))))
    result = stand.run(melody(step("g", guarded(inner))))
    assert code(result) == "gate.failed"
    assert [question.path for question in person.questions] == ["g.h.a~escalate"]


@pytest.mark.parametrize("written", [None, (Rung.ESCALATE,)])
def test_who_has_said_no_is_asked_about_that_only_where_it_is_written(written: Any) -> None:
    person = Person(Answer("reject", {}))
    stand = Stand(people=person)
    stand.run(melody(step("ok", guarded(approval(), on_failure=written))))
    asked_for = [question.path for question in person.questions]
    assert asked_for == ["ok"] + ["ok~escalate"] * (written is not None)


def test_a_wait_that_fails_may_be_skipped_by_a_person() -> None:
    stand = Stand(people=answering(**{"w~escalate": answer("skip")}))
    result = stand.run(melody(step("w", guarded(wait(seconds=None, until=None, event=None),
                                                on_failure=ESCALATE))))  # fmt: skip
    assert result.status == "succeeded"


def test_the_gate_of_a_scope_judges_a_persons_answer_too() -> None:
    stand = Stand(people=answering(**{"g~escalate": answer("answer", output=1)}))
    guard = guarded(
        group(step("g.a", play()), result="1"),
        gate=play(gate="output > 1").gate,
        on_failure=ESCALATE,
    )
    assert code(stand.run(melody(step("g", guard)))) == "input.invalid"


def test_a_fallback_is_tried_before_a_person_where_it_stands_before() -> None:
    stand = Stand({"hand": fails("http.503"), "junior": fails("http.503")})
    stand.people = answering(**{"x~escalate": answer("retry")})
    guard = play(policy=trying(1), on_failure=(Rung.FALLBACK, Rung.ESCALATE))
    players = {"hand": player("junior"), "junior": player()}
    stand.acts["junior"] = one_after_the_other(fails("http.503"), naps(0, 1))
    result = stand.run(melody(step("x", guard), players=players))
    assert attempts(result, "x") == ["hand http.503 fallback", "junior http.503 escalate",
                                     "junior success"]  # fmt: skip
