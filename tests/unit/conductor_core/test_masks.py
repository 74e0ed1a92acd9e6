"""Secrets: known to the steps that may read them, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.native.compile import program
from adapters.native.execute import walk
from conductor_core import nodes
from conductor_core.masks import Masks
from conductor_core.ports import Answer, PlayerClock, Question
from conductor_core.run import Run, Start
from tests.unit.conductor_core.melodies import (
    approval,
    call,
    expr,
    literal,
    mapping,
    melody,
    play,
    step,
)
from tests.unit.conductor_core.stand import Stand
from workflow_ir.outcome import StandardError
from workflow_ir.plan import plan
from workflow_ir.result import RunResult

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
KEY = "s3cr3t-key"


def test_the_longest_is_looked_for_first() -> None:
    masks = Masks({"a": "abcd", "b": "abcdef"})
    assert masks.text("abcdefg abcd abc") == "***g *** abc"


def test_a_secret_too_short_to_be_told_from_other_text_stays() -> None:
    masks = Masks({"a": "abc", "b": ""})
    assert not masks
    assert masks.text("abc") == "abc"


def test_signs_of_patterns_are_text() -> None:
    assert Masks({"a": "a.c+"}).text("abcc a.c+") == "abcc ***"


def test_data_are_masked_at_any_depth_keys_included_and_not_changed() -> None:
    data = {"a": [KEY, {KEY: f"x{KEY}y"}], "n": 1, "t": None}
    assert Masks({"k": KEY}).data(data) == {"a": ["***", {"***": "x***y"}], "n": 1, "t": None}
    assert data["n"] == 1


def run(stand: Stand, start: Start, *steps: Any, **facts: Any) -> RunResult:
    stand.secrets = {"KEY": KEY}
    return stand.run(melody(*steps, **facts), start)


@BOTH
def test_a_player_gets_the_secret_and_later_steps_the_real_data(start: Start) -> None:
    got = []

    async def leaks(request: Any, grant: Any) -> Any:
        got.append(dict(request.with_))
        return {"said": f"the key is {request.with_['key']}"}

    stand = Stand({"hand": leaks})
    result = run(
        stand,
        start,
        step("a", play(key="secrets.KEY")),
        step("b", play(key="steps.a.output.said"), "a"),
        out="steps.b.output",
    )
    assert got == [{"key": KEY}, {"key": f"the key is {KEY}"}]
    assert result.outputs == {"out": {"said": "the key is the key is ***"}}
    assert result.steps["a"].output == {"said": "the key is ***"}
    assert result.steps["a"].status == "succeeded"
    assert KEY not in json.dumps(result.to_json())
    assert KEY not in json.dumps([event.to_json() for event in stand.events])


@BOTH
def test_errors_are_masked_with_their_details_and_attempts(start: Start) -> None:
    async def fails(request: Any, grant: Any) -> Any:
        return StandardError.of("http.400", f"bad {KEY}", detail={"sent": [KEY]})

    stand = Stand({"hand": fails})
    result = run(stand, start, step("a", play(key="secrets.KEY")))
    assert result.error is not None
    assert (result.error.message, result.error.detail) == ("bad ***", {"sent": ["***"]})
    assert KEY not in repr(result)
    assert KEY not in json.dumps([event.to_json() for event in stand.events])


@BOTH
def test_inputs_in_the_journal_and_questions_to_people_are_masked(start: Start) -> None:
    asked: list[Question] = []

    class Person:
        def present(self, path: str, /) -> bool:
            return True

        async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
            asked.append(question)
            return Answer("approve", {})

    shown = approval(show=mapping(key=expr("inputs.key")))
    stand = Stand(people=Person(), secrets={"KEY": KEY})
    stand.run(melody(step("ok", shown)), start, inputs={"key": KEY})
    assert asked[0].show == {"key": "***"}
    assert KEY not in json.dumps([event.to_json() for event in stand.events])


@BOTH
def test_a_sub_melody_knows_them_too(start: Start) -> None:
    sub = melody(step("x", play(key="secrets.KEY")), out="steps.x.output.key == secrets.KEY")
    result = run(Stand(), start, step("s", call(sub)), modules=(sub,), out="steps.s.output")
    assert result.outputs == {"out": {"out": True}}


def test_a_framework_is_told_no_secrets() -> None:
    ir = melody(step("a", play(key="secrets.KEY")))
    told = []

    async def drive(run: Run) -> None:
        told.append((await nodes.enter(run, "a")).record)

    stand = Stand(secrets={"KEY": KEY})
    stand.run(ir, drive=drive)
    assert told[0].output == {"key": "***"}


def test_names_of_the_melody_are_no_secrets() -> None:
    stand = Stand(secrets={"A": "succeeded", "B": "tune", "C": "hand", "D": "literal"})
    ir = melody(step("a", play()), result=literal({"x": "succeeded"}))

    async def drive(run: Run) -> None:
        await walk(program(plan(ir)), run)

    result = stand.run(ir, drive=drive)
    tree = result.to_json()
    assert tree["outputs"] == {"x": "***"}
    assert (tree["status"], tree["melody"]) == ("succeeded", "tune")
    assert tree["steps"]["a"]["player"] == "hand"
    finished = stand.events[-2].to_json()["record"]
    assert (finished["status"], finished["player"]) == ("succeeded", "hand")
