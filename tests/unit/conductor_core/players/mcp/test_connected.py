"""An MCP server that is reached by HTTP: a real one, and some that misbehave."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.servers.plain_http import Asked, Behaviour, answer, moved, plain_server, raw
from tests.unit.conductor_core.players.asking import error_of, output_of
from tests.unit.conductor_core.players.mcp.stand import http_server, performer, use
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError, Success


def once(url: str, tool: str = "add", /, **more: Any) -> Success | StandardError:
    async def run() -> Success | StandardError:
        playing = performer(tool, url=url, **more)
        try:
            return await use(playing, a=1, b=2)
        finally:
            await playing.aclose()
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return asyncio.run(run())


def test_tools_of_a_server_are_used_by_one_session(tmp_path: Path) -> None:
    with http_server(tmp_path / "log") as url:

        async def run() -> None:
            playing = performer("add", url=url)
            answers = await asyncio.gather(*(use(playing, a=n, b=1) for n in range(4)))
            assert [output_of(one) for one in answers] == [{"total": n + 1} for n in range(4)]
            assert len(playing._sessions) == 1
            await playing.aclose()
            stuck = asyncio.create_task(use(performer("slow", url=url), seconds=300))
            await asyncio.sleep(0.5)
            stuck.cancel()
            with pytest.raises(asyncio.CancelledError):
                await stuck
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(run())
        assert len((tmp_path / "log").read_text().splitlines()) == 4
        assert error_of(once(f"{url}-elsewhere")).code == "http.404"
        refused = error_of(once(url, allow=Allow()))
        assert refused.code == "policy.not_allowed"
        assert error_of(once(url, "die")).code == "transport.read"


def cut_off(asked: Asked, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                       b"Content-Length: 1000\r\n\r\nevent: message\r\n")  # fmt: skip


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (answer("later", status="503 Busy"), "http.503"),
        (answer("no", status="401 No"), "auth.denied"),
        (answer("hello"), "output.format"),
        (answer("{", kind="application/json"), "output.format"),
        (answer("x" * 17_000_000, kind="application/json"), "policy.output"),
        (answer("{}", "Content-Encoding: gzip", kind="application/json"), "output.format"),
        (moved("http://elsewhere.example/mcp", "307 T"), "config.request"),
        (raw(b""), "transport.read"),
        (cut_off, "transport.read"),
    ],
)
def test_a_server_that_misbehaves_keeps_nobody_waiting(behaviour: Behaviour, code: str) -> None:
    with plain_server(mcp=behaviour) as server:
        assert error_of(once(server.url("/mcp"))).code == code


def test_nobody_listens() -> None:
    with plain_server() as server:
        url = server.url("/mcp")
    assert error_of(once(url)).code == "transport.connect"


def test_headers_are_sent_with_their_secrets() -> None:
    headers = {
        "kind": "map",
        "entries": {"Authorization": {"kind": "expr", "source": "'Bearer ' + secrets.KEY"}},
    }
    with plain_server(mcp=answer("no", status="403 No")) as server:
        once(server.url("/mcp"), headers=headers)
        assert server.asked[0].headers["authorization"] == "Bearer hush-hush"


def test_a_header_cannot_be_ended_by_data() -> None:
    headers = {"kind": "map", "entries": {"X": {"kind": "literal", "value": "a\r\nY: b"}}}
    with plain_server() as server:
        assert error_of(once(server.url("/mcp"), headers=headers)).code == "input.invalid"
        assert server.asked == []
