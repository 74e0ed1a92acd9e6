"""Agents as players of a generated project: their models are servers, their tools are real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import Stage
from tests.ejected.players.test_model import at, both, keys
from tests.servers.anthropic_wire import AnthropicWire, Says, Uses
from tests.servers.openai_wire import Asks, OpenAIWire, Text, status

__all__ = ["keys"]

BAND = '''
from pathlib import Path

from melody import Grant

HERE = Path(__file__).parent


def add(a: int, b: int = 2) -> int:
    """Add two numbers.

    More of it.
    """
    note(f"add {a} {b}")
    return a + b


def bound(a: int, grant: Grant) -> bool:
    return grant.deadline - grant.clock.now() > a


def fail(why: str) -> str:
    raise ValueError(why)


def note(line: str) -> None:
    with (HERE / "log").open("a") as file:
        file.write(line + "\\n")
'''


def text_of(more: str = "", *, model: str = "openai/house", tools: str = "[add, fail]") -> str:
    return f"""
models: {{smart: {model}}}
players:
  one: {{agent: {{role: Clerk, goal: Sums, backstory: Old hand.}}, model: smart, tools: {tools}}}
  add: {{python: "band:add"}}
  fail: {{python: "band:fail", description: It never works.}}
  bound: {{python: "band:bound", timeout: 100s}}
  shout: {{command: [tr, a-z, A-Z], stdin: "${{{{ with.text }}}}", parse: text}}
  helper: {{model: smart}}
steps:
  it:
    play: one
    prompt: Sum up.
    ONCE
{more}
outputs: {{}}
"""


def stage(folder: Path, target: str, more: str = "", **facts: str) -> Stage:
    return Stage(folder, text_of(more, **facts), files={"band.py": BAND}, target=target)


@both
def test_its_tools_are_performed_and_their_answers_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    answers = (
        Asks(("add", {"a": 3}), ("shout", {"text": "hey"})),
        Asks(("fail", {"why": "tired"}), ("none", {}), ("add", "{")),
        Text("Well done."),
    )
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        made = stage(tmp_path, target, tools="[add, fail, shout]")
        assert made.output() == "Well done."
        assert (tmp_path / "log").read_text() == "add 3 2\n"
        theirs, ours = server.bodies[2]["messages"], server.bodies[5]["messages"]
        assert ours[0] == theirs[0]
        told = [[m["content"] for m in all_ if m["role"] == "tool"] for all_ in (theirs, ours)]
        assert told[1][:2] == told[0][:2] == ["5", "HEY"]
        assert any(one.startswith("error: player.bug: ") for one in told[1])
        assert len(told[1]) == 5


@both
def test_a_tool_that_takes_its_grant_is_told_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    answers = (Asks(("bound", {"a": 1}), ("bound", {"a": 4000})), Text("a"))
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        assert stage(tmp_path, target, tools="[bound]").output() == "a"
        for body in (server.bodies[1], server.bodies[3]):
            told = [one["content"] for one in body["messages"] if one["role"] == "tool"]
            assert told == ["true", "false"]


@both
def test_a_model_is_told_what_a_tool_is_and_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(Text("a"), Text("a")) as server:
        at(server, monkeypatch)
        assert stage(tmp_path, target, tools="[add, bound, fail, helper]").output() == "a"
        theirs, ours = ([tool["function"] for tool in body["tools"]] for body in server.bodies)
        for mine, other in zip(ours, theirs, strict=True):
            assert mine["name"] == other["name"]
            assert mine["description"] in (other["description"], other["name"])
            kinds = [
                {name: field.get("type") for name, field in one["parameters"]["properties"].items()}
                for one in (mine, other)
            ]
            assert kinds[0] == kinds[1]
            assert mine["parameters"].get("required") == other["parameters"].get("required")


@both
def test_an_agent_that_has_no_answer_at_its_last_turn_fails_and_uses_no_tool_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(*(Asks(("add", {"a": 1})),) * 6) as server:
        at(server, monkeypatch)
        text = text_of().replace("tools: [add, fail]", "tools: [add], max_turns: 3")
        made = Stage(tmp_path, text, files={"band.py": BAND}, target=target)
        assert made.code() == "unable_to_complete"
        assert server.count == 6
        assert (tmp_path / "log").read_text() == "add 1 2\n" * 2


@both
@pytest.mark.parametrize("answer", [status(500), status(429, headers={"Retry-After": "1"})])
def test_a_model_that_fails_ends_the_attempt_after_one_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, answer: Any
) -> None:
    answers = (Asks(("add", {"a": 1})), answer)
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        assert stage(tmp_path, target).code().startswith("http.")
        assert server.count == 4


@both
@pytest.mark.parametrize(
    ("output", "said", "value"),
    [("{n: integer}", '{"n": 3}', {"n": 3}), ('"list[integer]"', "[3]", [3])],
)
def test_its_last_answer_is_data(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    output: str,
    said: str,
    value: Any,
) -> None:
    answers = (Asks(("add", {"a": 1})), Text("Here:"), Text(said))
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        assert stage(tmp_path, target, f"    output: {output}").output() == value
        assert server.count == 6


@both
def test_an_answer_that_cannot_be_read_twice_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    with OpenAIWire(*(Text("Here:"),) * 4) as server:
        at(server, monkeypatch)
        assert stage(tmp_path, target, "    output: {n: integer}").code() == "output.format"
        assert server.count == 4


@both
def test_a_model_that_is_a_tool_is_paid_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    answers = (Asks(("helper", {"request": "Help."})), Text("Like so.", tokens=(5, 2)), Text("Ok"))
    with OpenAIWire(*answers, *answers) as server:
        at(server, monkeypatch)
        made = stage(tmp_path, target, tools="[helper]")
        assert made.output() == "Ok"
        assert server.count == 6


@pytest.mark.parametrize(
    ("output", "last", "value"),
    [
        ("", Says("Well done."), "Well done."),
        ("    output: {n: integer}", Uses(("answer", {"n": 3})), {"n": 3}),
    ],
)
def test_anthropic_works_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, last: Any, value: Any
) -> None:
    answers = (Uses(("add", {"a": 3}), ("add", {"a": 4}), text="Let me see."), last)
    with AnthropicWire(*answers, *answers) as server:
        at(server, monkeypatch)
        assert stage(tmp_path, "native", output, model="anthropic/claude").output() == value
        theirs, ours = server.bodies[1], server.bodies[3]
        assert ours["messages"] == theirs["messages"]
        assert ours.get("tool_choice") == theirs.get("tool_choice")
