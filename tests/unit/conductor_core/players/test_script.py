from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core.players.script import Script, ScriptError, ScriptProblem
from conductor_core.players.scripted import Consumed, ScriptedPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import (
    NotedClock,
    ask,
    ask_at,
    error_of,
    output_of,
    request,
)
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.players import CommandPlayer, Player
from workflow_ir.taxonomy import Effects, ErrorClass
from workflow_ir.values import LiteralValue


def scripted(entry: Any, player: Player | None = None) -> ScriptedPerformer:
    acts = Script.read({"players": {"coder": entry}}).players["coder"]
    return ScriptedPerformer(acts, Consumed(), player)


def problems(tree: Any) -> tuple[ScriptProblem, ...]:
    with pytest.raises(ScriptError) as caught:
        Script.read(tree)
    return caught.value.problems


def code_of(answer: Success | StandardError) -> str:
    return "ok" if isinstance(answer, Success) else answer.code


def test_the_script_of_the_specification_is_read() -> None:
    script = Script.read(
        {
            "clock": "virtual",
            "seed": 7,
            "players": {
                "coder": [
                    {"error": "rate_limited", "retry_after": 2},
                    {"hang": "10m"},
                    {"return": {"code": "x", "tests": "y"}},
                ],
                "judge": {
                    "cases": [
                        {"when": "'bad' in input.code", "return": {"score": 0.2, "issues": ["a"]}},
                        {"return": {"score": 0.9, "issues": []}},
                    ]
                },
            },
            "steps": {"route.manual_review.review": {"answer": {"code": "z", "choice": "approve"}}},
            "default": {"return": {}},
        }
    )
    assert (script.clock, script.seed) == ("virtual", 7)
    assert set(script.players) == {"coder", "judge"}


def test_a_list_is_consumed_call_by_call_and_the_last_one_repeats() -> None:
    player = scripted([{"error": "http.503"}, {"return": 1}, {"return": 2}])
    assert [code_of(ask(player)) for _ in range(2)] == ["http.503", "ok"]
    assert [output_of(ask(player)) for _ in range(3)] == [2, 2, 2]


def test_each_path_and_each_player_consumes_on_its_own() -> None:
    player = scripted([{"return": 1}, {"return": 2}])
    asked = [("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"), ("b", "x")]
    answers = [ask(player, path=path, player=name) for path, name in asked]
    assert [output_of(answer) for answer in answers] == [1, 1, 1, 2, 2]


def test_the_first_case_that_holds_is_played() -> None:
    player = scripted(
        {
            "cases": [
                {"when": "input.n > 10", "return": "big"},
                {"when": "has(input.absent)", "return": "never"},
                {"return": "small"},
            ]
        }
    )
    assert output_of(ask(player, {"n": 11})) == "big"
    assert output_of(ask(player, {"n": 1})) == "small"


def test_a_case_may_hold_a_list_that_is_consumed_on_its_own() -> None:
    player = scripted(
        {
            "cases": [
                {"when": "input.n == 1", "then": [{"error": "player.crash"}, {"return": "one"}]},
                {"then": [{"return": "first"}, {"return": "second"}]},
            ]
        }
    )
    answers = [ask(player, {"n": n}) for n in (1, 2, 1, 2)]
    assert [code_of(a) for a in answers] == ["player.crash", "ok", "ok", "ok"]
    assert [output_of(a) for a in answers[1:]] == ["first", "one", "second"]


def test_without_a_case_that_holds_the_error_says_so() -> None:
    error = error_of(ask(scripted({"cases": [{"when": "false", "return": 1}]})))
    assert (error.code, "no case of the script holds" in error.message) == ("config.missing", True)


@pytest.mark.parametrize(
    ("when", "code"), [("input.absent", "expression.missing"), ("input.n", "expression.type")]
)
def test_a_condition_that_cannot_be_told_is_an_error(when: str, code: str) -> None:
    player = scripted({"cases": [{"when": when, "return": 1}]})
    assert error_of(ask(player, {"n": 1})).code == code


def test_an_error_has_the_facts_that_the_script_gives() -> None:
    entry = {
        "error": "rate_limited",
        "retry_after": "2s",
        "message": "slow down",
        "effects": "committed",
        "cost": {"usd": 0.5, "tokens": 7},
    }
    error = error_of(ask(scripted(entry)))
    assert (error.code, error.retry_after_s, error.message) == ("http.429", 2.0, "slow down")
    assert (error.error_class, error.effects) == (ErrorClass.TRANSIENT, Effects.COMMITTED)
    assert (error.cost, error.detail) == (Cost(0.5, 7), {})


def test_a_scripted_cancellation_is_of_class_cancelled() -> None:
    assert error_of(ask(scripted({"error": "cancelled"}))).error_class is ErrorClass.CANCELLED


def test_an_exception_is_told_by_name_and_never_imported() -> None:
    error = error_of(ask(scripted({"raise": "acme.nowhere.Strange: what: now"})))
    assert (error.code, error.message) == ("player.crash", "Strange: what: now")
    assert error.cause_type == "acme.nowhere.Strange"
    assert error_of(ask(scripted({"raise": "ValueError: bad"}))).code == "player.bug"


def test_hang_and_sleep_use_the_clock_of_the_run() -> None:
    clock = NotedClock()
    player = scripted([{"sleep": "200ms", "return": 1}, {"hang": "10m"}])
    assert output_of(ask_at(clock, player, path="a")) == 1
    assert error_of(ask_at(clock, player, path="a")).code == "timeout.attempt"
    assert clock.slept == [(0.2, "a"), (600.0, "a")]


def test_a_hang_can_be_cancelled() -> None:
    async def main() -> None:
        async with asyncio.timeout(0.02):
            await scripted({"hang": "10m"}).play(request(), Grant(None))

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_returned_text_is_json_where_the_step_has_a_schema() -> None:
    player = scripted({"return_text": '{"a": 1'})
    assert output_of(ask(player)) == '{"a": 1'
    assert output_of(ask(player, output={"type": "string"})) == '{"a": 1'
    assert error_of(ask(player, output={"type": "object"})).code == "output.format"
    assert output_of(ask(scripted({"return_text": "[1]"}), output={"type": "object"})) == [1]


def test_an_exit_code_is_what_a_process_would_be_told_by() -> None:
    assert output_of(ask(scripted({"exit": 0})))["exit_code"] == 0
    assert error_of(ask(scripted({"exit": 137, "message": "boom"}))).code == "resource.memory"
    word = LiteralValue(kind="literal", value="true")
    tolerant = CommandPlayer(kind="command", commands=((word,),), parse="exit")
    assert output_of(ask(scripted({"exit": 3}, tolerant)))["exit_code"] == 3


def test_echo_gives_the_with_map_back() -> None:
    assert output_of(ask(scripted({"echo": True}), {"a": 1})) == {"a": 1}
    assert output_of(ask(scripted({"echo": True}))) == {}


def test_what_is_returned_is_a_copy_and_may_cost() -> None:
    player = scripted({"return": {"rows": []}, "cost": {"usd": 1, "tokens": 2}})
    first = ask(player)
    output_of(first)["rows"].append(1)
    assert output_of(ask(player)) == {"rows": []}
    assert isinstance(first, Success)
    assert (first.usd, first.tokens) == (1.0, 2)


def test_step_entries_win_over_players_and_the_default_is_last() -> None:
    script = Script.read(
        {
            "steps": {"review[1]": {"return": "path"}, "draft": {"return": "step"}},
            "players": {"coder": {"return": "player"}},
            "default": {"return": "default"},
        }
    )

    def played(player: str, path: str) -> Any:
        acts = script.acts_for(player, path)
        assert acts is not None
        return output_of(ask(ScriptedPerformer(acts, Consumed())))

    assert played("coder", "review[1]") == "path"
    assert played("coder", "review[2]") == "player"
    assert played("other", "draft") == "step"
    assert played("other", "review[2]") == "default"


def test_a_script_without_an_entry_and_default_has_nothing_for_a_player() -> None:
    assert Script.read({"players": {}}).acts_for("coder", "a") is None


@pytest.mark.parametrize(
    ("tree", "message", "path", "hint"),
    [
        ([], "a script is a map with `players`, `steps` or `default`", (), None),
        ({"player": {}}, "`player` is unknown here", ("player",), "did you mean `players`?"),
        ({"clock": "fast"}, "'fast' is not a clock; it is `virtual` or `real`", ("clock",), None),
        ({"seed": 1.5}, "a seed is an integer or a string", ("seed",), None),
        (
            {"default": {"error": "http.five"}},
            "'http.five' is no error code",
            ("default", "error"),
            None,
        ),
        (
            {"players": {"a": [{"return": 1}, {"eror": "cancelled"}]}},
            "`eror` is unknown here",
            ("players", "a", 1, "eror"),
            "did you mean `error`?",
        ),
        (
            {"players": {"a": {"error": "timeout.atempt"}}},
            "'timeout.atempt' is no error code",
            ("players", "a", "error"),
            "did you mean 'timeout.attempt'?",
        ),
        ({"players": {"a": {"hang": "soon"}}}, "'soon' is not a duration; write 10m, 2s or 200ms",
         ("players", "a", "hang"), None),
        ({"default": {"return": 1, "echo": True}}, "`return` and `echo` exclude each other",
         ("default", "echo"), None),
        ({"default": {"exit": "1"}}, "`exit` is an exit code, an integer",
         ("default", "exit"), None),
        ({"default": {"raise": 3}}, '`raise` names an exception: "module.Class: text"',
         ("default", "raise"), None),
        ({"default": {"return_text": 3}}, "`return_text` is text",
         ("default", "return_text"), None),
        ({"default": {"echo": False}}, "`echo` is true or not written", ("default", "echo"), None),
        ({"default": {"return": 1, "cost": {"usd": -1}}}, "a cost is a number of at least 0",
         ("default", "cost"), None),
        ({"default": {"error": "cancelled", "effects": "all"}},
         "`effects` is one of none, possible, committed", ("default", "effects"), None),
        ({"default": {"cases": [{"when": "inputs.x", "return": 1}]}},
         "'inputs' is unknown here; a case knows `input`", ("default", "cases", 0, "when"), None),
        ({"default": {"cases": {}}}, "`cases` is a list of cases", ("default", "cases"), None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    tree: Any, message: str, path: tuple[Any, ...], hint: str | None
) -> None:
    (problem,) = problems(tree)
    assert (problem.message, problem.path, problem.help) == (message, path, hint)


@pytest.mark.parametrize(
    "tree",
    [
        {"default": []},
        {"default": 3},
        {"default": {}},
        {"default": {"message": "x"}},
        {"players": []},
        {"players": {"a": {"cases": [3]}}},
        {"players": {"a": {"cases": [{"when": "a &&", "return": 1}]}}},
        {"players": {"a": {"cases": [{"when": 3, "return": 1}]}}},
        {"players": {"a": {"sleep": -1}}},
    ],
)
def test_hostile_shapes_are_problems_and_no_tracebacks(tree: Any) -> None:
    assert problems(tree)


def test_all_mistakes_are_told_at_once() -> None:
    found = problems({"clock": 3, "players": {"a": {"hang": True}, "b": {"exit": "x"}}})
    assert [problem.path[0] for problem in found] == ["clock", "players", "players"]
    assert str(found[1]).startswith("players.a.hang: True is not a duration")


def test_entries_that_name_nothing_of_the_melody_are_told() -> None:
    script = Script.read(
        {
            "players": {"coder": {"return": 1}, "codr": {"return": 1}},
            "steps": {
                "review[3].inner": {"return": 1},
                "loop#2.write": {"return": 1},
                "x": {"exit": 0},
            },
        }
    )
    found = list(script.unknown({"coder"}, {"review.inner", "loop.write", "draft"}))
    assert [(problem.path, problem.help) for problem in found] == [
        (("players", "codr"), "did you mean 'coder'?"),
        (("steps", "x"), None),
    ]


def test_what_is_performed_beside_a_step_has_entries_of_its_own() -> None:
    tree = {
        "players": {"maker": {"return": "by name"}},
        "steps": {"a": {"return": "the step"}, "a~reconstruct": {"return": "beside"}},
    }
    script = Script.read(tree)

    def played(path: str) -> object:
        acts = script.acts_for("maker", path)
        assert acts is not None
        return acts.acts[0].value  # type: ignore[union-attr]

    assert played("a") == "the step"
    assert played("a~reconstruct") == "beside"
    assert played("a[3]~reconstruct") == "beside"
    assert played("a~escalate") == "by name"
    assert script.entry("b~reconstruct") is None


def test_an_entry_beside_a_step_names_a_step_and_something_that_is_performed() -> None:
    entry = {"return": 1}
    script = Script.read(
        {"steps": {"a~reconstruct": entry, "b~escalate": entry, "a~reconstrukt": entry}}
    )
    assert [(one.path[-1], one.message, one.help) for one in script.unknown((), ("a",))] == [
        ("b~escalate", "there is no step 'b~escalate'", None),
        (
            "a~reconstrukt",
            (
                "nothing is performed at `~reconstrukt`; known are ~reconstruct, ~escalate, "
                "~compensate, ~refresh, ~tool"
            ),
            None,
        ),
    ]


def test_the_calls_of_a_tool_in_a_step_are_counted_together() -> None:
    performer = scripted([{"return": 1}, {"return": 2}, {"return": 3}])
    paths = ("a~tool.1", "a~tool.2", "b~tool.1", "a[0]~tool.9", "a~tool.1")
    assert [output_of(ask(performer, path=path)) for path in paths] == [1, 2, 1, 1, 3]


def test_an_entry_may_stand_for_every_use_of_a_tool_or_for_one() -> None:
    script = Script.read({"steps": {"a~tool": {"return": 1}, "a~tool.2": {"return": 2}}})
    assert list(script.unknown((), ("a",))) == []
    found = [script.entry(path) for path in ("a~tool.1", "a[1]~tool.2", "a~tool.2", "a", "b~tool")]
    assert [None if acts is None else acts.acts[0].value for acts in found] == [  # type: ignore[union-attr]
        1, 1, 2, None, None,
    ]  # fmt: skip
