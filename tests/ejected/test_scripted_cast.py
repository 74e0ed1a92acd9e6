"""Scripted players as generated code meets them, and the sharpness of the comparison itself."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from compiler.pipeline import compile_text
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Question
from tests.ejected.scripted_cast import ScriptedCast, output_at
from tests.ejected.subjects import SUBJECTS
from tests.ejected.test_conformance import wrong
from tests.ejected.virtual_loop import run_virtually
from workflow_ir.allow import Allow
from workflow_ir.workflow import WorkflowIR

MELODY = """melody: v1
name: played
players:
  hand: {python: "band:hand"}
  tool: {command: [make], parse: exit}
  part: {call: ./inner.melody.yaml}
steps:
  text: {play: hand, output: string}
  shaped: {play: hand, output: {n: integer}}
  each: {for_each: "${{ [1, 2] }}", play: hand}
  made: {play: tool}
  inside: {play: part}
"""
INNER = """melody: v1
name: inner
players: {other: {python: "band:other"}}
steps: {x: {play: other, output: {deep: integer}}}
"""


class Failure(Exception):
    """As a package has it that knows few facts."""

    def __init__(self, code: str, message: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s


@dataclass
class Answer:
    output: Any
    usd: float = 0.0
    tokens: int = 0


@dataclass
class Reply:
    choice: str
    fields: Any


@dataclass
class Call:
    path: str
    with_: dict[str, Any] = field(default_factory=dict)
    prompt: str | None = None
    attempt: int = 1


def policy() -> ModuleType:
    made = ModuleType("policy")
    vars(made).update(Failure=Failure, Answer=Answer, Reply=Reply)
    return made


def ir() -> WorkflowIR:
    made = compile_text(
        MELODY,
        file="played.melody.yaml",
        allow=Allow(python=("band",), command=("make",)),
        given={"inner.melody.yaml": INNER},
    )
    assert made.ir is not None, made.diagnostics
    return made.ir


def cast(script: Mapping[str, Any]) -> ScriptedCast:
    workflow, read = ir(), Script.read(script)
    allow = Allow(python=("band",), command=("make",))
    troupe = Troupe(workflow.players, Path(), script=read, allow=allow, modules=workflow.modules)
    return ScriptedCast(policy(), troupe, workflow)


async def left_alone(call: Any) -> Any:
    return f"performed {call.path}"


def played(script: Mapping[str, Any], *calls: Call, player: str = "hand") -> list[Any]:
    """What comes of some calls, one after the other, and the virtual second it came at."""
    perform = cast(script).perform(player, left_alone)

    async def main() -> list[Any]:
        found: list[Any] = []
        for call in calls:
            try:
                answer = await perform(call)
            except Failure as failed:
                answer = (failed.code, failed.retry_after_s)
            except OSError as failed:
                answer = repr(failed)
            found.append((answer, asyncio.get_running_loop().time()))
        return found

    return run_virtually(main)


def test_behaviours_are_those_of_the_conductor() -> None:
    script = {
        "players": {
            "hand": [
                {"return": {"a": 1}},
                {"sleep": "2s", "echo": True},
                {"error": "rate_limited", "retry_after": 3},
                {"raise": "ConnectionResetError: gone"},
                {"hang": "1m"},
            ]
        }
    }
    call = Call("text", {"n": 1})
    assert played(script, *[call] * 6) == [
        ({"a": 1}, 0),
        ({"n": 1}, 2),
        (("http.429", 3), 2),
        ("ConnectionResetError('gone')", 2),
        (("timeout.attempt", None), 62),
        (("timeout.attempt", None), 122),
    ]


def test_lists_are_counted_by_path_and_entries_found_by_path_and_address() -> None:
    script = {
        "steps": {"each": [{"return": 1}, {"return": 2}], "each[1]": {"return": 9}},
        "default": {"return": 0},
    }
    calls = [Call("each[0]"), Call("each[1]"), Call("each[0]"), Call("text")]
    assert [answer for answer, _ in played(script, *calls)] == [1, 9, 2, 0]


def test_cases_read_the_input() -> None:
    script = {"players": {"hand": {"cases": [
        {"when": "input.n > 1", "return": "many"}, {"return": "one"},
    ]}}}  # fmt: skip
    calls = [Call("text", {"n": 2}), Call("text", {"n": 1})]
    assert [answer for answer, _ in played(script, *calls)] == ["many", "one"]


def test_text_is_read_where_the_step_wants_something_else() -> None:
    script = {"default": {"return_text": '{"n": 1}'}}
    assert [answer for answer, _ in played(script, Call("text"), Call("shaped"))] == [
        '{"n": 1}',
        {"n": 1},
    ]
    wrong = {"default": {"return_text": "{"}}
    assert played(wrong, Call("shaped"))[0][0][0] == "output.format"


def test_an_exit_code_means_what_the_player_makes_of_it() -> None:
    script = {"default": {"exit": 3}}
    (tolerated, _), *_ = played(script, Call("made"), player="tool")
    assert tolerated["exit_code"] == 3
    assert played(script, Call("text"))[0][0] == ("player.crash", None)


def test_what_it_costs_is_told() -> None:
    script = {"default": {"return": 1, "cost": {"usd": 0.5, "tokens": 7}}}
    assert played(script, Call("text"))[0][0] == Answer(1, 0.5, 7)


def test_a_missing_entry_is_told() -> None:
    perform = cast({"players": {"tool": {"exit": 0}}}).perform("hand", left_alone)

    async def main() -> None:
        await perform(Call("text"))

    with pytest.raises(Failure, match="the script has no entry for player 'hand'"):
        run_virtually(main)


def test_a_sub_melody_without_an_entry_is_run() -> None:
    by_default = {"default": {"return": 0}}
    assert played(by_default, Call("inside"), player="part")[0][0] == "performed inside"
    named = {"players": {"part": {"return": 1}}}
    assert played(named, Call("inside"), player="part")[0][0] == 1


def test_the_schema_of_a_step_is_found_in_sub_melodies() -> None:
    workflow = ir()
    found = output_at(workflow, "inside/x")
    assert found is not None
    assert "deep" in found["properties"]
    assert output_at(workflow, "each[1]") is None


def test_answers_come_from_the_script_and_from_nobody_else() -> None:
    script = {"steps": {"text": [{"hang": "1m"}, {"sleep": "1s", "answer": {"choice": "reject"}}]}}
    people = cast(script).people()

    async def main() -> list[Any]:
        asked = [Question(path, path, "Well?") for path in ("text", "shaped")]
        return [await people(question) for question in asked]

    assert run_virtually(main) == [Reply("reject", {}), None]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("status",), "recovered"),
        (("outputs", "value"), 18.0),
        (("usage", "tokens"), 21),
        (("usage", "wall_s"), 3),
        (("steps", "first", "player"), "other"),
        (("steps", "third", "attempts"), [{"n": 1, "player": "x", "outcome": "success"}]),
        (("steps", "fourth"), {"status": "succeeded"}),
        (("error",), {"class": "permanent", "code": "x", "message": "m"}),
    ],
)
def test_every_difference_is_seen(path: tuple[str, ...], value: Any) -> None:
    subject = SUBJECTS["01_sequence"]
    report = copy.deepcopy(subject.as_run().to_json())
    assert not list(wrong(subject, report, "native"))
    *above, last = path
    inner = report
    for key in above:
        inner = inner[key]
    inner[last] = value
    assert list(wrong(subject, report, "native"))


def test_of_messages_only_those_of_expressions_may_differ() -> None:
    for name, same in (("54_missing_key", True), ("41_permanent_errors", False)):
        subject = SUBJECTS[name]
        report = copy.deepcopy(subject.as_run().to_json())
        told = [one["error"] for one in (report, *report["steps"].values()) if one.get("error")]
        for error in told:
            error["message"] = "said otherwise"
        assert told
        assert (not list(wrong(subject, report, "native"))) is same
