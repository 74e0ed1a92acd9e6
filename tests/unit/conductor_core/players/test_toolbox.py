"""The tools of an agent, as a run finds them; and agents as the troupe performs them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conductor_core.agents.tools import Tool
from conductor_core.players.agent import AgentPerformer
from conductor_core.players.script import Script
from conductor_core.players.scripted import ScriptedPerformer
from conductor_core.players.troupe import Troupe
from tests.unit.conductor_core.agents.chatting import an_agent
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError
from workflow_ir.players import FrameworkPlayer, McpPlayer, Model, Player, PythonPlayer

CODE = '''\
def find(word: str, times: int = 1) -> str:
    """Finds a word."""
    return word * times
'''
OLD = '''\
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool

@tool
def shout(text: str) -> str:
    """Says it loudly."""
    return text.upper()

chain = RunnableLambda(str.upper)
'''
SERVER = (sys.executable, str(Path("tests/servers/tools_mcp.py").resolve()))
PLAYERS: dict[str, Player] = {
    "find": PythonPlayer(kind="python", target="parts:find"),
    "apart": PythonPlayer(kind="python", target="parts:find", isolation="process"),
    "broken": PythonPlayer(kind="python", target="parts:lost"),
    "shout": FrameworkPlayer(kind="framework", target="old:shout"),
    "chain": FrameworkPlayer(kind="framework", target="old:chain"),
    "forbidden": PythonPlayer(kind="python", target="elsewhere:find"),
    "add": McpPlayer(kind="mcp", command=SERVER, tool="add"),
    "gone": McpPlayer(kind="mcp", command=SERVER, tool="ad"),
}
FOUND = {
    "type": "object",
    "properties": {"word": {"type": "string"}, "times": {"type": "integer"}},
    "required": ["word"],
    "additionalProperties": False,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parts.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "old.py").write_text(OLD, encoding="utf-8")
    return tmp_path


def troupe(folder: Path, *tools: str, script: dict[str, Any] | None = None) -> Troupe:
    return Troupe(
        {**PLAYERS, "agent": an_agent(*tools)},
        folder,
        {"m": Model(model="openai/big")},
        allow=Allow(python=("parts", "old"), mcp=(SERVER,)),
        script=None if script is None else Script.read(script),
    )


def tools_of(found: Troupe) -> Sequence[Tool] | StandardError:
    """The tools that the agent's model would be told of."""

    async def look() -> Sequence[Tool] | StandardError:
        performer = found.find("agent", "s", "s")
        assert isinstance(performer, AgentPerformer)
        try:
            await performer.tools()
            return await performer.tools()
        finally:
            await found.aclose()

    return asyncio.run(look())


def only(found: Sequence[Tool] | StandardError) -> Tool:
    assert not isinstance(found, StandardError), found
    (tool,) = found
    return tool


@pytest.mark.parametrize("name", ["find", "apart"])
def test_code_is_described_by_its_hints_wherever_it_performs(folder: Path, name: str) -> None:
    tool = only(tools_of(troupe(folder, name)))
    assert tool.name == name
    assert (tool.spec.description, tool.spec.parameters) == ("Finds a word.", FOUND)


def test_code_that_performs_apart_is_not_imported_here(folder: Path) -> None:
    (folder / "parts.py").write_text("import sys\n" + CODE + "sys.here = True\n", encoding="utf-8")
    only(tools_of(troupe(folder, "apart")))
    assert not hasattr(sys, "here")


def test_a_tool_that_stands_twice_is_one_tool(folder: Path) -> None:
    assert only(tools_of(troupe(folder, "find", "find"))).name == "find"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("broken", "config.missing"),
        ("forbidden", "policy.not_allowed"),
        ("nobody", "config.missing"),
        ("gone", "config.missing"),
    ],
)
def test_a_tool_that_must_not_or_cannot_be_used_ends_an_agent_before_it_begins(
    folder: Path, name: str, refusal: str
) -> None:
    found = tools_of(troupe(folder, name))
    assert isinstance(found, StandardError)
    assert found.code == refusal


def test_a_server_says_itself_what_its_tool_takes(folder: Path) -> None:
    tool = only(tools_of(troupe(folder, "add")))
    assert tool.spec.parameters["required"] == ["a", "b"]
    assert tool.arguments('{"a": 1, "b": 2}') == {"a": 1, "b": 2}


MODELS: dict[str, Any] = {"models": {"m": {"return": "x"}}}


def test_a_langchain_tool_says_itself_what_it_takes(folder: Path) -> None:
    tool = only(tools_of(troupe(folder, "shout")))
    assert tool.spec.description == "Says it loudly."
    assert set(tool.spec.parameters["properties"]) == {"text"}
    assert tool.spec.parameters["required"] == ["text"]
    assert isinstance(tool.arguments('{"txt": "a"}'), StandardError)


def test_a_runnable_says_nothing_of_itself(folder: Path) -> None:
    assert only(tools_of(troupe(folder, "chain"))).spec.parameters == {"type": "object"}


@pytest.mark.parametrize(
    "more",
    [
        {"players": {"broken": {"return": 1}}},
        {"default": {"return": 1}},
        {"steps": {"s~tool": {"return": 1}}},
    ],
    ids=["player", "default", "step"],
)
def test_where_a_script_stands_for_a_tool_nothing_is_imported(
    folder: Path, more: dict[str, Any]
) -> None:
    tool = only(tools_of(troupe(folder, "broken", script={**MODELS, **more})))
    assert tool.spec.parameters == {"type": "object"}


def performer(found: Troupe, name: str, path: str) -> str:
    return type(found.find(name, path, path)).__name__


def test_an_agent_without_an_entry_performs_with_a_model_that_has_one(folder: Path) -> None:
    played = {**MODELS, "players": {"agent": {"return": 1}}}
    assert performer(troupe(folder, script=MODELS), "agent", "s") == "AgentPerformer"
    assert performer(troupe(folder, script=played), "agent", "s") == ScriptedPerformer.__name__
    by_default = {**MODELS, "default": {"return": 1}}
    assert performer(troupe(folder, script=by_default), "agent", "s") == "AgentPerformer"
    whole = {"default": {"return": 1}}
    assert performer(troupe(folder, script=whole), "agent", "s") == ScriptedPerformer.__name__


def test_a_tool_performs_by_itself_where_nothing_of_a_script_stands_for_it(folder: Path) -> None:
    found = troupe(folder, "find", script=MODELS)
    assert performer(found, "find", "s~tool.2") == "ChosenPerformer"
    missing = found.find("find", "s", "s")
    assert isinstance(missing, StandardError)
    assert missing.code == "config.missing"
    scripted = troupe(folder, "find", script={**MODELS, "steps": {"s~tool.2": {"return": 1}}})
    assert performer(scripted, "find", "s~tool.2") == "ScriptedPerformer"
    assert performer(scripted, "find", "s~tool.1") == "ChosenPerformer"
