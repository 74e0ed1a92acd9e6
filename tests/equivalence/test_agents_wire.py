"""Agents of a whole Melody on every backend, by what reaches a real server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

import melody
from conductor_core.limits import guards
from conductor_core.run import Start
from tests.servers.openai_wire import Asks, OpenAIWire, Text, status

MELODY = """melody: v1
name: desk
models: {smart: {model: openai/gpt, temperature: 0.5}}
players:
  clerk:
    agent: {role: Clerk, goal: answer letters, backstory: Long in office.}
    model: smart
    system: Be kind.
    tools: [look-up, broken]
    max_turns: 3
  look-up:
    python: "desk_tools:look_up"
    description: Finds a person.
    input: {name: string}
  broken:
    python: "desk_tools:broken"
policy: {retry: {max_attempts: 2, backoff: [10ms], jitter: none}}
steps:
  letter: {play: clerk, prompt: "Who is Ada?"MORE}
outputs: {answer: "${{ steps.letter.output }}"}
"""

TOOLS = """
def look_up(name: str) -> dict:
    return {"name": name, "born": 1815}

def broken() -> str:
    raise ValueError("no such shelf")
"""


@pytest.fixture(autouse=True)
def _guards_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The failures of one test are not held against the provider in the next one."""
    monkeypatch.setattr(guards, "_OF_PROCESS", guards.Guards(time.monotonic, alone=False))


@pytest.fixture
def bodies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the Melody on each backend at a server with these answers; what it was sent."""

    def ran(*answers: Any, more: str = "", start: Start = "eager") -> tuple[Any, list[Any]]:
        path = tmp_path / "desk.melody.yaml"
        path.write_text(MELODY.replace("MORE", more))
        (tmp_path / "desk_tools.py").write_text(TOOLS)
        told: list[tuple[Any, list[Any]]] = []
        for backend in ("native", "langgraph", "crewai"):
            monkeypatch.setattr(guards, "_OF_PROCESS", guards.Guards(time.monotonic, alone=False))
            with OpenAIWire(*answers) as server:
                monkeypatch.setenv("OPENAI_API_KEY", "sk-a-key-of-the-tests")
                monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
                result = melody.run(
                    path, on=backend, journal=False, start=start, allow=["python:desk_tools"]
                )
                letter = result.steps["letter"]
                attempts = [
                    (one.player, one.outcome, None if one.error is None else one.error.code)
                    for one in letter.attempts
                ]
                facts = (result.outputs, attempts, result.usage.tokens, letter.status)
                told.append((facts, server.bodies))
        assert told[1] == told[0]
        assert told[2] == told[0]
        return told[0]

    return ran


LOOK = Asks(("look-up", {"name": "Ada"}), text="I look.")


@pytest.mark.parametrize("start", ["eager", "graph"])
def test_the_same_requests_with_tools_reach_the_model(start: Start, bodies: Any) -> None:
    both = Asks(("broken", {}), ("look-up", {"name": "Lovelace"}))
    facts, sent = bodies(LOOK, both, Text("A mathematician."), start=start)
    outputs, attempts, tokens, _ = facts
    assert outputs == {"answer": "A mathematician."}
    assert attempts == [("clerk", "success", None)]
    assert tokens == 30
    assert len(sent) == 3
    assert [tool["function"]["name"] for tool in sent[0]["tools"]] == ["look-up", "broken"]
    assert sent[0]["messages"] == [
        {
            "role": "system",
            "content": "You are Clerk. Long in office.\nYour personal goal is: answer letters"
            "\n\nBe kind.",
        },
        {"role": "user", "content": "Who is Ada?"},
    ]
    said = sent[1]["messages"][2:]
    assert [(one["role"], one["content"]) for one in said] == [
        ("assistant", "I look."),
        ("tool", '{"name":"Ada","born":1815}'),
    ]
    last = sent[2]["messages"][-2:]
    assert [one["tool_call_id"] for one in last] == ["call_2", "call_3"]
    assert last[0]["content"].startswith("error: ")
    assert "no such shelf" in last[0]["content"]


def test_a_429_is_one_request_and_one_attempt_and_the_retry_starts_anew(bodies: Any) -> None:
    busy = status(429, "rate limit reached, too many requests", headers={"Retry-After": "0.02"})
    facts, sent = bodies(LOOK, busy, LOOK, Text("A mathematician."))
    assert facts[1] == [("clerk", "error", "http.429"), ("clerk", "success", None)]
    assert [len(body["messages"]) for body in sent] == [2, 4, 2, 4]


def test_a_context_that_is_too_long_is_told_and_not_made_shorter(bodies: Any) -> None:
    long = status(400, "maximum context length", error_code="context_length_exceeded")
    facts, sent = bodies(LOOK, long, more=", on_failure: [fail]")
    assert facts[1] == [("clerk", "error", "output.context")]
    assert len(sent) == 2


def test_turns_that_are_used_up_cost_no_request_more(bodies: Any) -> None:
    facts, sent = bodies(LOOK, LOOK, LOOK, more=", on_failure: [fail]")
    assert facts[1] == [("clerk", "error", "unable_to_complete")]
    assert len(sent) == 3


def test_an_answer_with_a_schema_is_parsed_and_asked_for_again_once(bodies: Any) -> None:
    good = Text('{"born": 1815}')
    facts, sent = bodies(LOOK, Text("In 1815."), good, more=", output: {born: integer}")
    assert facts[0] == {"answer": {"born": 1815}}
    assert facts[1] == [("clerk", "success", None)]
    assert len(sent) == 3
    assert all(body["response_format"]["type"] == "json_schema" for body in sent[:2])


def test_an_empty_answer_is_an_answer(bodies: Any) -> None:
    facts, sent = bodies(Text(""))
    assert facts[0] == {"answer": ""}
    assert len(sent) == 1
