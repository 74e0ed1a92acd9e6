"""Models and agents of generated projects: CrewAI's own, asked over the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ejected import crewai_stage
from tests.ejected.ejected import environment
from tests.ejected.players.stage import Stage
from tests.servers.openai_wire import Asks, OpenAIWire, Text, status

MODEL = """
models: {{wire: {{model: openai/test-model, base_url: "{url}"}}}}
players:
  thinker: {{model: wire, system: Be brief.}}
steps:
  it: {{play: thinker, prompt: "Say it.", output: {type}}}
"""
AGENT = """
models: {{wire: {{model: openai/test-model, base_url: "{url}"}}}}
players:
  adder: {{python: "own:add"}}
  clerk:
    agent: {{role: Clerk, goal: Add., backstory: Long at it.}}
    model: wire
    tools: [adder]
    max_turns: 2
steps:
  it: {{play: clerk, prompt: "What is 2 + 3?", output: string}}
"""
OWN = "def add(a: int, b: int) -> int:\n    return a + b\n"


def report_of(folder: Path, text: str, server: OpenAIWire) -> tuple[Stage, dict[str, Any]]:
    with environment({**crewai_stage.variables(), "OPENAI_API_KEY": "key"}):
        made = Stage(folder, text, files={"own.py": OWN}, target="crewai")
        return made, made.whole()


def told_to(server: OpenAIWire) -> list[Any]:
    return [body["messages"] for body in server.bodies]


@pytest.mark.parametrize(
    ("type_", "said", "output"),
    [
        ("string", "well", "well"),
        ("{n: integer}", '{"n": 3}', {"n": 3}),
        ("list[integer]", '{"value": [1, 2]}', [1, 2]),
    ],
)
def test_a_model_is_asked_once(tmp_path: Path, type_: str, said: str, output: Any) -> None:
    with OpenAIWire(Text(said)) as server:
        _, report = report_of(tmp_path, MODEL.format(url=server.base_url, type=repr(type_)), server)
        assert report["steps"]["it"]["output"] == output, report
        assert report["usage"]["tokens"] == 10
        (messages,) = told_to(server)
        assert [(one["role"], one["content"]) for one in messages] == [
            ("system", "Be brief."),
            ("user", "Say it."),
        ]
        form = server.bodies[0].get("response_format", {}).get("type")
        assert form == (None if type_ == "string" else "json_schema")


def test_an_answer_that_is_no_json_is_asked_for_once_more(tmp_path: Path) -> None:
    with OpenAIWire(Text("no"), Text('{"n": 1}')) as server:
        _, report = report_of(
            tmp_path, MODEL.format(url=server.base_url, type="'{n: integer}'"), server
        )
        assert report["steps"]["it"]["output"] == {"n": 1}
        assert (server.count, report["usage"]["tokens"]) == (2, 20)


@pytest.mark.parametrize(
    ("code", "known"), [(400, "http.400"), (401, "auth.denied"), (404, "http.404")]
)
def test_a_refusal_is_told_by_its_code_and_never_tried_again(
    tmp_path: Path, code: int, known: str
) -> None:
    with OpenAIWire(status(code, "no")) as server:
        _, report = report_of(tmp_path, MODEL.format(url=server.base_url, type="string"), server)
        assert report["steps"]["it"]["error"]["code"] == known, report
        assert server.count == 1


def test_an_agent_uses_players_as_tools(tmp_path: Path) -> None:
    with OpenAIWire(Asks(("adder", {"a": 2, "b": 3})), Text("five")) as server:
        _, report = report_of(tmp_path, AGENT.format(url=server.base_url), server)
        assert report["steps"]["it"]["output"] == "five", report
        first, second = told_to(server)
        assert "Clerk" in first[0]["content"]
        assert second[-1]["content"] == "5" or "5" in str(second), second
        assert report["usage"]["tokens"] == 20


def test_an_agent_that_never_answers_ends_at_its_last_turn(tmp_path: Path) -> None:
    asks = [Asks(("adder", {"a": 2, "b": n})) for n in range(3)]
    with OpenAIWire(*asks[:2], Text("enough")) as server:
        _, report = report_of(tmp_path, AGENT.format(url=server.base_url), server)
        assert report["steps"]["it"]["error"]["code"] == "unable_to_complete", report
