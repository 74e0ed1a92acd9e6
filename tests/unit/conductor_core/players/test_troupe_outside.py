"""Players that reach outside, as a run finds them: allowed first, scripted alike, closed last."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conductor_core.players.call import CallPerformer
from conductor_core.players.http.performer import HttpPerformer
from conductor_core.players.mcp.performer import McpPerformer
from conductor_core.players.plugin import PluginPerformer
from conductor_core.players.script import Script
from conductor_core.players.scripted import ScriptedPerformer
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Grant
from tests.unit.conductor_core.melodies import melody, play, player, step
from tests.unit.conductor_core.players.asking import error_of, output_of, request
from tests.unit.conductor_core.players.http.asked import player as http
from tests.unit.conductor_core.players.mcp.stand import ARGV, lives
from workflow_ir.allow import Allow
from workflow_ir.players import CallPlayer, McpPlayer, Player, PluginPlayer

INNER = melody(step("a", play("hand")), players={"hand": player()})
PLAYERS: dict[str, Player] = {
    "web": http(url="https://api.example.com/${{ with.id }}"),
    "near": http(url="http://127.0.0.1/x"),
    "data": http(url="${{ with.url }}"),
    "tool": McpPlayer(kind="mcp", command=ARGV, tool="add"),
    "far": McpPlayer(kind="mcp", url="https://tools.example.com/mcp", tool="add"),
    "extra": PluginPlayer(kind="plugin", plugin="acme-tidy"),
    "sub": CallPlayer(kind="call", module=INNER.hash),
}
ALLOW = Allow(
    http=("api.example.com", "127.0.0.1"),
    private_addresses=("127.0.0.1",),
    mcp=(ARGV, "https://tools.example.com/mcp"),
    plugin=("acme-*",),
)


def found(name: str, *, allow: Allow = ALLOW, **facts: Any) -> Any:
    troupe = Troupe(PLAYERS, Path(), allow=allow, modules={INNER.hash: INNER}, **facts)
    return troupe.find(name, "draft", "draft")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("web", HttpPerformer), ("near", HttpPerformer), ("data", HttpPerformer),
        ("tool", McpPerformer), ("far", McpPerformer), ("extra", PluginPerformer),
        ("sub", CallPerformer),
    ],
)  # fmt: skip
def test_what_is_allowed_is_found(name: str, kind: type) -> None:
    assert isinstance(found(name), kind)


@pytest.mark.parametrize("script", [None, Script.read({"default": {"echo": True}})])
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("web", "allow: {http: [api.example.com]}"),
        ("near", 'allow: {http: ["127.0.0.1"], private_addresses: ["127.0.0.1"]}'),
        ("tool", f"allow: {{mcp: [[{ARGV[0]}"),
        ("far", 'allow: {mcp: ["https://tools.example.com/mcp"]}'),
        ("extra", "allow: {plugin: [acme-tidy]}"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_line_also_where_a_script_stands_for_it(
    name: str, line: str, script: Script | None
) -> None:
    error = error_of(found(name, allow=Allow(), script=script))
    assert error.code == "policy.not_allowed"
    assert line in error.message


def test_a_server_is_allowed_by_its_exact_command() -> None:
    more = Allow(mcp=((*ARGV, "--more"), ARGV[:1]))
    assert error_of(found("tool", allow=more)).code == "policy.not_allowed"


def test_a_sub_melody_is_run_unless_the_script_has_an_entry_for_it() -> None:
    default = Script.read({"default": {"echo": True}})
    assert isinstance(found("sub", script=default), CallPerformer)
    for entry in ({"players": {"sub": {"return": 1}}}, {"steps": {"draft": {"return": 1}}}):
        assert isinstance(found("sub", script=Script.read(entry)), ScriptedPerformer)


def test_servers_end_with_the_troupe(tmp_path: Path) -> None:
    log = tmp_path / "log"
    argv = (*ARGV, "--log", str(log))
    tool = McpPlayer(kind="mcp", command=argv, tool="add")

    async def run() -> None:
        troupe = Troupe({"tool": tool}, tmp_path, allow=Allow(mcp=(argv,)))
        playing = troupe.find("tool", "draft", "draft")
        assert isinstance(playing, McpPerformer)
        assert output_of(await playing.play(request({"a": 1, "b": 2}), Grant(deadline=None)))
        await troupe.aclose()

    asyncio.run(run())
    assert not lives(int(log.read_text().split()[-1]))


def test_neither_the_client_of_mcp_nor_httpx_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys; import conductor_core.players.troupe;"
        "print([name for name in ('mcp', 'anyio', 'httpx') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
