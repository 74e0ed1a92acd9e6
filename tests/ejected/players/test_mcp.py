"""Tools of MCP servers as players of a generated project."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import PROJECT, Stage, cancelled_when
from tests.ejected.players.test_command import ends
from tests.unit.conductor_core.players.mcp.stand import SERVER, http_server

ARGV = json.dumps([sys.executable, str(SERVER)])


def stage(
    folder: Path, tool: str, with_: str = "{}", where: str = f"command: {ARGV}", url: str = ""
) -> Stage:
    text = f"""
players: {{one: {{mcp: {{{where}}}, tool: {tool}}}}}
steps:
  it: {{play: one, with: {with_}, ONCE}}
outputs: {{}}
"""
    return Stage(folder, text, project=f"{PROJECT}  mcp: [{url or ARGV}]\n")


@pytest.mark.parametrize(
    ("tool", "with_", "output"),
    [
        ("add", "{a: 1, b: 2}", {"total": 3}),
        ("greet", "{name: Ada}", "Hello Ada.\nGoodbye."),
    ],
)
def test_what_a_tool_gives_is_the_output(
    tmp_path: Path, tool: str, with_: str, output: Any
) -> None:
    assert stage(tmp_path, tool, with_).output() == output


@pytest.mark.parametrize(
    ("tool", "with_", "code"),
    [
        ("fail", "{why: tired}", "unable_to_complete"),
        ("picture", "{}", "output.format"),
        ("nothing", "{}", "config.missing"),
        ("die", "{}", "transport.read"),
    ],
)
def test_what_goes_wrong_has_the_code_of_melody_run(
    tmp_path: Path, tool: str, with_: str, code: str
) -> None:
    assert stage(tmp_path, tool, with_).code() == code


def test_a_server_that_is_not_there_is_missing(tmp_path: Path) -> None:
    text = """
players: {one: {mcp: {command: [no-such-server-here]}, tool: add}}
steps: {it: {play: one, ONCE}}
outputs: {}
"""
    made = Stage(tmp_path, text, project=f"{PROJECT}  mcp: [[no-such-server-here]]\n")
    assert made.code() == "config.missing"


def test_a_server_gets_variables_of_its_own(tmp_path: Path) -> None:
    where = f'command: {ARGV}, env: {{DEEP: "${{{{ with.name }}}}"}}'
    assert stage(tmp_path, "env", "{name: DEEP}", where).report()["steps"]["it"]["output"] == "DEEP"


def test_a_server_that_is_elsewhere_is_reached(tmp_path: Path) -> None:
    with http_server() as url:
        made = stage(tmp_path, "slow", "{seconds: 0.1}", f'url: "{url}"', url)
        assert made.report()["steps"]["it"]["output"] == "done"


def test_cancelling_ends_a_server_that_was_started(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    made = stage(tmp_path, "hang", f'{{file: "{file}"}}')
    with cancelled_when(lambda: file.exists() and " " in file.read_text(), made.run):
        server = int(file.read_text().split()[0])
        assert ends(server)
