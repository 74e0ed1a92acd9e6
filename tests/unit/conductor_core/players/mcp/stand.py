"""MCP players of the tests' own server, asked in one event loop."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conductor_core.players.mcp.performer import McpPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import request
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import McpPlayer

SERVER = Path(__file__).parents[4] / "servers" / "tools_mcp.py"
ARGV = (sys.executable, str(SERVER))
LOOPBACK = Allow(private_addresses=("127.0.0.1",))


def performer(
    tool: str, folder: Path = Path(), *, allow: Allow = LOOPBACK, **facts: Any
) -> McpPerformer:
    """Of a server that is started, where no ``url`` is given."""
    written = facts if "url" in facts else {"command": ARGV, **facts}
    player = McpPlayer.model_validate({"kind": "mcp", "tool": tool, **written})
    return McpPerformer(player, folder, allow, {"KEY": "hush-hush"})


async def use(
    performer: McpPerformer, *, output_bytes: int | None = None, **with_: Any
) -> Success | StandardError:
    return await performer.play(request(with_), Grant(deadline=None, output_bytes=output_bytes))


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@contextmanager
def http_server(log: Path | None = None) -> Iterator[str]:
    """The URL of the tests' server on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = [] if log is None else ["--log", str(log)]
    with subprocess.Popen([*ARGV, str(port), *more]) as running:
        try:
            _wait_for(port, running)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            running.kill()


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    while running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server has ended")
