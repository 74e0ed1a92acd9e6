"""Sample 09: its agents do the same on each engine, and what costs money is done once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import melody
from conductor_core.limits import guards
from tests.servers.openai_wire import Asks, OpenAIWire, Text, status
from tests.unit.melody.stage import environment
from tests.unit.melody.stage import melody as command
from tests.unit.samples.all_samples import copied, sample

ENGINES = ("native", "langgraph", "crewai")
KEY = "sk-of-a-reader-who-has-one"
SHOWN = re.compile(r"```text\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path) / sample("09").folder.name


def orders(folder: Path) -> list[str]:
    return (folder / "out/orders.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_a_photo_is_ordered_once_though_the_agent_is_asked_twice(
    folder: Path, engine: str, start: str
) -> None:
    result = melody.run(
        folder / "newsroom.melody.yaml",
        on=engine,
        start=start,  # type: ignore[arg-type]
        script=folder / "scripts/three_turns.yaml",
        journal=False,
    )
    research = result.steps["research"]
    assert research.status.value == "recovered"
    assert [one.decision for one in research.attempts if one.decision] == ["retry"]
    assert result.usage.tokens == 140  # the failed attempt is paid, too
    assert orders(folder) == ["the bridge at dawn"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_offline_model_uses_each_tool_once(folder: Path, engine: str) -> None:
    result = melody.run(folder / "newsroom.melody.yaml", on=engine, journal=False)
    assert result.steps["research"].synthetic
    assert orders(folder) == ["The bridge is closed again."]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_chief_gives_a_step_to_somebody_else(folder: Path, engine: str) -> None:
    script = folder / "scripts/good_day.yaml"
    result = melody.run(folder / "assigned.melody.yaml", on=engine, script=script, journal=False)
    assert result.outputs["by"] == ["science", "politics"]
    assert result.outputs["story"][0] == "It is built of oak, and oak rots."


def test_the_readme_shows_what_the_second_attempt_looks_like(folder: Path) -> None:
    seen, _ = SHOWN.findall(sample("09").readme.read_text("utf-8"))
    script = folder / "scripts/three_turns.yaml"
    ended = command("run", folder / "newsroom.melody.yaml", "--script", script)
    assert ended.stderr.startswith(seen)


def test_the_readme_shows_what_the_kickoff_prints(folder: Path) -> None:
    _, shown = SHOWN.findall(sample("09").readme.read_text("utf-8"))
    done = subprocess.run(
        [sys.executable, "kickoff.py"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown
    assert done.stderr == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_with_a_key_and_one_other_line_the_same_agents_ask_a_real_server(
    folder: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The failure of the server is not held against it when the next engine asks.
    monkeypatch.setattr(guards, "_OF_PROCESS", guards.Guards(time.monotonic, alone=False))
    page = {"title": "Oak", "text": "Oak rots.", "photo": "dawn.jpg"}
    searches, orders_one = ("archive", {"topic": "bridge"}), ("photo_desk", {"motif": "dawn"})
    answers = (
        Asks(searches),
        Asks(orders_one),
        status(503),
        Asks(searches, orders_one),
        Text(json.dumps({"facts": ["Oak."], "photo": "dawn.jpg"})),
        Text("Oak rots."),
        Text("Oak rots."),
        Text(json.dumps(page)),
    )
    with OpenAIWire(*answers) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        run = ("run", folder / "newsroom.melody.yaml", "--on", engine, "--json")
        ended = command(*run, "--set", "models.smart=openai/gpt-5")
    result = json.loads(ended.stdout)
    assert result["outputs"] == {"page": page}
    assert result["status"] == "recovered"
    assert server.count == len(answers)
    assert {body["model"] for body in server.bodies} == {"gpt-5"}
    assert orders(folder) == ["dawn"]
    assert "synthetic" not in ended.stderr
    assert KEY not in ended.stdout + ended.stderr
