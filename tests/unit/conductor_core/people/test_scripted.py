"""Answers out of scripts; what counts as an answer."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from conductor_core.clock.virtual import VirtualClock
from conductor_core.failed import StepFault
from conductor_core.people.answered import WrongAnswer, answered
from conductor_core.people.nobody import Nobody
from conductor_core.people.scripted import ScriptedPeople
from conductor_core.players.script import Script
from conductor_core.ports import Answer, PlayerClock, Question

FORM = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "s": {"type": "string", "default": "x"}},
    "required": ["n"],
    "additionalProperties": False,
}


def ask(people: Any, path: str = "ok", **facts: Any) -> Answer | None:
    async def main() -> Answer | None:
        clock = VirtualClock()
        clock.hold()
        answer: Answer | None = await people.ask(Question(path, "ok", "?", **facts), clock)
        return answer

    return asyncio.run(main())


def test_nobody_answers() -> None:
    assert ask(Nobody()) is None


def test_absent_fields_get_their_default_and_the_choice_is_approve() -> None:
    question = Question("ok", "ok", "?", form=FORM)
    assert answered(question, {"n": 1}) == Answer("approve", {"n": 1, "s": "x"})


def test_every_problem_of_an_answer_is_told_at_once() -> None:
    with pytest.raises(WrongAnswer) as caught:
        answered(Question("ok", "ok", "?", form=FORM), {"choice": "maybe", "n": "1", "z": 1})
    assert len(caught.value.problems) == 3


def test_what_is_rejected_need_not_be_filled_in_but_a_field_must_be_of_the_form() -> None:
    question = Question("ok", "ok", "?", form=FORM)
    assert answered(question, {"choice": "reject"}).choice == "reject"
    with pytest.raises(WrongAnswer):
        answered(question, {"choice": "reject", "n": "1"})


def test_without_a_form_no_field_is_known() -> None:
    with pytest.raises(WrongAnswer):
        answered(Question("ok", "ok", "?"), {"n": 1})


@pytest.mark.parametrize("payload", [None, [1], "text", {"choice": 7}])
def test_an_event_may_carry_anything(payload: Any) -> None:
    assert answered(Question("e", "e", "?", event="paid"), payload) == Answer("event", payload)


def test_the_default_of_a_script_answers_nobody_and_others_are_asked_then() -> None:
    class Person:
        def present(self, path: str, /) -> bool:
            return True

        async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
            return Answer("approve", {"by": "person"})

    script = Script.read({"default": {"return": {}}, "steps": {"other": {"answer": {}}}})
    assert ask(ScriptedPeople(script)) is None
    assert ask(ScriptedPeople(script, otherwise=Person())) == Answer("approve", {"by": "person"})


def test_an_entry_is_found_by_run_path_before_the_address() -> None:
    entries = {"m[1].ok": {"answer": {"choice": "reject"}}, "m.ok": {"answer": {}}}
    people = ScriptedPeople(Script.read({"steps": entries}))
    found = [ask(people, path) for path in ("m[0].ok", "m[1].ok")]
    assert [answer.choice for answer in found if answer] == ["approve", "reject"]


def test_a_step_of_a_sub_melody_is_found_below_its_callers_and_not_by_its_own_address() -> None:
    people = ScriptedPeople(Script.read({"steps": {"docs/ok": {"answer": {}}}}))
    assert ask(people, "docs/ok") is not None
    alone = ScriptedPeople(Script.read({"steps": {"ok": {"answer": {}}}}))
    assert ask(alone, "docs/ok") is None


@pytest.mark.parametrize(
    "entry", [{"error": "http.503"}, {"echo": True}, {"cases": [{"answer": {}}]}, {"return": {}}]
)
def test_an_entry_that_is_no_answer_is_told(entry: dict[str, Any]) -> None:
    with pytest.raises(StepFault) as caught:
        ask(ScriptedPeople(Script.read({"steps": {"ok": entry}})))
    assert caught.value.error.code == "config.invalid"


CHOICES = ("retry", "skip", "answer", "fail")


def test_of_other_choices_one_must_be_made_and_fills_the_form_in() -> None:
    form = {name: FORM[name] for name in FORM if name != "additionalProperties"}
    question = Question("x~escalate", "x", "?", form=form, choices=CHOICES, fills="answer")
    assert answered(question, {"choice": "retry"}).choice == "retry"
    assert answered(question, {"choice": "answer", "n": 1}) == Answer("answer", {"n": 1, "s": "x"})
    for given, problem in (
        ({}, "`choice` is missing; it is `retry`, `skip`, `answer` or `fail`"),
        ({"choice": "approve"}, "'approve' is no choice"),
        ({"choice": "skpi"}, "did you mean 'skip'?"),
        ({"choice": "answer"}, "n"),
    ):
        with pytest.raises(WrongAnswer, match=re.escape(problem)):
            answered(question, given)


def test_what_a_schema_cannot_say_is_asked_of_the_question_itself_once_the_form_is_right() -> None:
    seen = []

    def fits(fields: Any) -> list[str]:
        seen.append(fields)
        return ["too small"] if fields["n"] < 3 else []

    question = Question("x", "x", "?", form=FORM, fits=fits)
    with pytest.raises(WrongAnswer, match="too small"):
        answered(question, {"n": 2})
    with pytest.raises(WrongAnswer):
        answered(question, {"n": "2"})
    assert answered(question, {"choice": "reject", "n": 2}).choice == "reject"
    assert answered(question, {"n": 3}).fields == {"n": 3, "s": "x"}
    assert seen == [{"n": 2, "s": "x"}, {"n": 3, "s": "x"}]
    assert "fits" not in question.to_json()
