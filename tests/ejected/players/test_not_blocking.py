"""Servers of LangGraph end what blocks their loop: no implementation of a player does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from tests.ejected.players.stage import Stage
from tests.ejected.players.test_model import at, keys
from tests.servers.openai_wire import Asks, OpenAIWire, Text
from tests.servers.plain_http import answer, plain_server

__all__ = ["keys"]


def test_players_of_all_kinds_leave_the_loop_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = (Text("a"), Text('{"n": 3}'), Asks(("shout", {"text": "hey"})), Text("Done."))
    with OpenAIWire(*answers) as models, plain_server(x=answer("b")) as web:
        at(models, monkeypatch)
        text = f"""
models: {{smart: openai/house}}
players:
  sync: {{python: "band:sync"}}
  apart: {{python: "band:sync", isolation: process}}
  model: {{model: smart}}
  agent: {{agent: {{role: a, goal: b, backstory: c}}, model: smart, tools: [shout]}}
  shout: {{command: [tr, a-z, A-Z], stdin: "${{{{ with.text }}}}", parse: text}}
  web: {{http: {{url: "{web.url("/x")}"}}}}
steps:
  first: {{play: sync, with: {{n: 1}}, ONCE}}
  apart: {{play: apart, needs: [first], with: {{n: 1}}, ONCE}}
  plain: {{play: model, needs: [apart], prompt: Go, ONCE}}
  data: {{play: model, needs: [plain], prompt: Go, output: {{n: integer}}, ONCE}}
  agent: {{play: agent, needs: [data], prompt: Go, ONCE}}
  web: {{play: web, needs: [agent], ONCE}}
outputs: {{}}
"""
        band = "import time\ndef sync(n):\n    time.sleep(0.01)\n    return n\n"
        made = Stage(tmp_path, text, files={"band.py": band}, target="langgraph")
        made.part("cast")
        with blockbuster_ctx():
            report = asyncio.run(made.run())
    told = {name: step.get("error") for name, step in report["steps"].items()}
    assert told == dict.fromkeys(told)
    assert report["status"] == "succeeded"


def test_a_player_that_blocks_is_seen(tmp_path: Path) -> None:
    text = 'players: {one: {python: "band:wait"}}\nsteps: {it: {play: one, ONCE}}\noutputs: {}\n'
    band = "import time\nasync def wait():\n    time.sleep(0.01)\n"
    made = Stage(tmp_path, text, files={"band.py": band}, target="langgraph")
    with blockbuster_ctx():
        report = asyncio.run(made.run())
    assert "Blocking call" in report["error"]["message"]
