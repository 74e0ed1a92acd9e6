"""``docs/agents.md``: its examples do what it says, on each engine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import melody
from conductor_core.players.agent import MAX_TURNS
from melody.cli.program import program
from tests.documents.page import Saved, doings
from tests.documents.typed_page import type_page

PAGE = Path(__file__).parents[2] / "docs/agents.md"
TEXT = PAGE.read_text("utf-8")
ENGINES = ("native", "langgraph", "crewai")
SCRIPTED = ("research.melody.yaml", "--script", "third.script.yaml")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def saved() -> None:
    for doing in doings(PAGE):
        if isinstance(doing, Saved):
            Path(doing.name).write_text(doing.text, "utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["run", *arguments])


def calls(cassette: str) -> list[dict[str, Any]]:
    """The calls of a cassette as they were asked, without the answers."""
    lines = [json.loads(line) for line in Path(cassette).read_text("utf-8").splitlines()[1:]]
    return [{key: line.get(key) for key in ("messages", "tools", "json_schema")} for line in lines]


def shown() -> tuple[str, str, str]:
    system, screen, explained = re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return system, screen, explained


def test_every_command_of_the_page_shows_what_the_page_says() -> None:
    assert type_page(PAGE) > 4


@pytest.mark.usefixtures("saved")
def test_a_model_is_told_the_same_on_each_engine_and_what_the_page_says() -> None:
    told = []
    for engine in ENGINES:
        ended = run(*SCRIPTED, "--on", engine, "--record", f"{engine}.jsonl")
        assert ended.exit_code == 0, ended.stderr
        told.append(calls(f"{engine}.jsonl"))
    assert told[0] == told[1] == told[2]
    system, _, _ = shown()
    assert told[0][0]["messages"][0]["content"] == system.removesuffix("\n")
    assert len(told[0]) == 5


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("engine", ENGINES)
def test_what_may_be_done_once_is_done_once(engine: str) -> None:
    assert run(*SCRIPTED, "--on", engine).exit_code == 0
    assert Path("orders.txt").read_text("utf-8") == "bridge\n"


@pytest.mark.usefixtures("saved")
def test_the_screen_and_the_explanation_are_those_of_the_page() -> None:
    _, screen, explained = shown()
    assert run(*SCRIPTED).stderr.startswith(screen)
    told = CliRunner().invoke(program, ["explain", "run:last", "--step", "research"])
    assert explained in told.stdout


@pytest.mark.usefixtures("saved")
def test_the_page_is_right_about_the_turns_of_an_agent_that_says_nothing_of_them() -> None:
    assert f"`max_turns` ({MAX_TURNS} by default)" in TEXT
    Path("endless.script.yaml").write_text(
        "models: {offline/basic: {tool_calls: [{name: none}]}}\n", "utf-8"
    )
    result = melody.run("managed.melody.yaml", script="endless.script.yaml", journal=False)
    assert result.steps["cause"].error is not None
    assert result.steps["cause"].error.code == "unable_to_complete"
    assert f"its {MAX_TURNS} model calls" in result.steps["cause"].error.message
