"""Servers that mean harm: each is ended or refused, within its bounds."""

from __future__ import annotations

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from conductor_core.players.http.performer import HttpPerformer
from conductor_core.ports import Grant
from tests.servers.plain_http import (
    Asked,
    PlainServer,
    answer,
    in_turn,
    moved,
    plain_server,
    raw,
)
from tests.unit.conductor_core.players.asking import error_of, output_of, request
from tests.unit.conductor_core.players.http.asked import LOOPBACK, player, sent
from workflow_ir.allow import Allow

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def endless(piece: bytes, head: bytes) -> Callable[[Asked, socket.socket], None]:
    def behave(asked: Asked, connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return behave


def test_an_endless_body_is_cut_off_at_the_limit() -> None:
    with plain_server(index=endless(b"x" * 8192, HEAD + b"\r\n")) as server:
        error = error_of(sent(url=server.url(), limit=100_000))
    assert (error.code, error.policy_limit) == ("policy.output", "output")
    assert "100000 bytes" in error.message


def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    with plain_server(index=answer(b"x" * 1000)) as server:
        assert output_of(sent(url=server.url(), limit=1002)) == "x" * 1000  # as JSON, with quotes
        assert error_of(sent(url=server.url(), limit=999)).code == "policy.output"


def test_the_endless_body_of_a_failure_is_not_read_to_its_end() -> None:
    head = b"HTTP/1.1 503 Busy\r\n\r\n"
    with plain_server(index=endless(b"x" * 8192, head)) as server:
        assert error_of(sent(url=server.url())).code == "http.503"


def test_a_slow_drip_lasts_no_longer_than_the_attempt() -> None:
    dripping: list[bool] = []

    async def tried(server: PlainServer) -> None:
        performer = HttpPerformer(player(url=server.url()), LOOPBACK)
        asking = asyncio.create_task(performer.play(request(), Grant(deadline=None)))
        while not dripping:  # noqa: ASYNC110 - another thread drips
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    with plain_server() as server:

        def drip(asked: Asked, connection: socket.socket) -> None:
            connection.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n")
            while not server.ending.wait(0.01):
                connection.sendall(b"x")
                dripping.append(True)

        server.routes["index"] = drip
        asyncio.run(tried(server))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_small_answer_that_becomes_a_large_one_is_cut_off(encoding: str) -> None:
    packed = _packed(b"\0" * 50_000_000, encoding)
    with plain_server(index=answer(packed, f"Content-Encoding: {encoding}")) as server:
        assert error_of(sent(url=server.url(), limit=1_000_000)).code == "policy.output"


def test_a_small_answer_that_becomes_a_large_one_is_never_held_whole() -> None:
    packed = _packed(b"\0" * 50_000_000, "gzip")
    with plain_server(index=answer(packed, "Content-Encoding: gzip")) as server:
        tracemalloc.start()
        try:
            sent(url=server.url(), limit=1_000_000)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "identity"])
def test_a_compressed_answer_is_read(encoding: str) -> None:
    packed = _packed(b"hello", encoding)
    with plain_server(index=answer(packed, f"Content-Encoding: {encoding}")) as server:
        assert output_of(sent(url=server.url())) == "hello"
        assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_an_answer_compressed_in_several_members_is_read_to_its_end() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0"
    with plain_server(index=answer(packed, "Content-Encoding: gzip")) as server:
        assert output_of(sent(url=server.url())) == "one two"


@pytest.mark.parametrize(
    ("packed", "encoding", "code"),
    [
        (b"no gzip at all", "gzip", "output.format"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "gzip", "transport.read"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "gzip, gzip", "output.format"),
        (b"x", "br", "output.format"),
        (b"x", "zstd", "output.format"),
    ],
)
def test_what_cannot_be_decompressed_is_refused(packed: bytes, encoding: str, code: str) -> None:
    with plain_server(index=answer(packed, f"Content-Encoding: {encoding}")) as server:
        assert error_of(sent(url=server.url())).code == code


def test_an_answer_that_is_shorter_than_it_says_broke_off() -> None:
    with plain_server(index=raw(HEAD + b"Content-Length: 100\r\n\r\nshort")) as server:
        error = error_of(sent(url=server.url()))
    assert (error.code, error.target) == ("transport.read", "127.0.0.1")


def test_what_follows_the_length_that_an_answer_says_is_not_read() -> None:
    with plain_server(index=raw(HEAD + b"Content-Length: 2\r\n\r\nokEVIL")) as server:
        assert output_of(sent(url=server.url())) == "ok"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing of HTTP\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        HEAD + b"X: " + b"x" * 2_000_000 + b"\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_answer_is_a_broken_transport(data: bytes) -> None:
    with plain_server(index=raw(data)) as server:
        assert error_of(sent(url=server.url())).code == "transport.read"


@pytest.mark.parametrize(
    ("location", "code", "told"),
    [
        ("http://169.254.169.254/latest/meta-data", "policy.not_allowed", "169.254.169.254"),
        ("http://10.0.0.1/", "policy.not_allowed", "10.0.0.1"),
        ("http://[::1]/", "policy.not_allowed", "::1"),
        ("//evil.example/", "policy.not_allowed", "evil.example"),
        ("file:///etc/passwd", "config.request", "'file'"),
        ("ftp://127.0.0.1/", "config.request", "'ftp'"),
        ("http://u:p@127.0.0.1/", "config.request", "user or password"),
        ("http://127.0.0.1:99999/", "config.request", "no URL"),
    ],
)
def test_a_redirect_is_looked_at_as_the_first_address_was(
    location: str, code: str, told: str
) -> None:
    with plain_server(index=moved(location)) as server:
        error = error_of(sent(url=server.url()))
        assert len(server.asked) == 1
    assert error.code == code
    assert told in error.message


def test_a_refused_redirect_names_the_host_that_redirects() -> None:
    with plain_server(index=moved("http://169.254.169.254/")) as server:
        error = error_of(sent(url=server.url()))
    assert error.message.startswith("the host '127.0.0.1' redirects here: ")


def test_redirects_in_a_circle_end_after_five() -> None:
    with plain_server(index=moved("/")) as server:
        error = error_of(sent(url=server.url()))
        assert len(server.asked) == 6
    assert error.code == "config.request"
    assert "more than 5 times" in error.message


def test_five_redirects_are_followed() -> None:
    steps = (*[moved("/")] * 5, answer("there"))
    with plain_server(index=in_turn(*steps)) as server:
        assert output_of(sent(url=server.url())) == "there"


@pytest.mark.parametrize(
    ("status", "method", "then", "body"),
    [
        ("301 M", "POST", "GET", b""),
        ("302 F", "POST", "GET", b""),
        ("303 S", "PUT", "GET", b""),
        ("307 T", "POST", "POST", b'{"a":1}'),
        ("308 P", "PUT", "PUT", b'{"a":1}'),
        ("302 F", "PUT", "PUT", b'{"a":1}'),
    ],
)
def test_what_a_redirect_makes_of_the_request(
    status: str, method: str, then: str, body: bytes
) -> None:
    with plain_server(index=moved("/a?b=1", status), a=answer("ok")) as server:
        output_of(sent(url=server.url(), method=method, json={"a": 1}))
        asked = server.asked[1]
    assert (asked.method, asked.target, asked.body) == (then, "/a?b=1", body)
    assert ("content-type" in asked.headers) is bool(body)
    assert ("idempotency-key" in asked.headers) is (then != "GET")


def test_credentials_stay_with_the_host_they_were_written_for() -> None:
    headers = {
        "Authorization": "Basic abc",
        "Cookie": "a=1",
        "X-Api-Key": "${{ secrets.KEY }}",
        "X-Derived": "k=${{ with.key }}",
        "X-Plain": "plain",
    }
    with plain_server(index=answer("ok")) as other:
        with plain_server(
            index=moved(other.url()), same=moved("/stay"), stay=answer("ok")
        ) as server:
            asking: dict[str, Any] = {"headers": headers, "secrets": {"KEY": "hush-hush"}}
            output_of(sent({"key": "hush-hush"}, url=server.url(), **asking))
            output_of(sent({"key": "hush-hush"}, url=server.url("/same"), **asking))
            stayed = server.asked[-1].headers
        gone = other.asked[0].headers
    assert gone["x-plain"] == "plain"
    assert not {"authorization", "cookie", "x-api-key", "x-derived"} & set(gone)
    assert stayed["x-api-key"] == "hush-hush"
    assert stayed["authorization"] == "Basic abc"


def test_a_body_with_a_secret_is_sent_to_no_other_host() -> None:
    with plain_server(index=answer("ok")) as other:
        with plain_server(index=moved(other.url(), "307 T")) as server:
            error = error_of(
                sent(
                    {"key": "hush-hush"}, url=server.url(), method="POST",
                    json={"k": "${{ with.key }}"}, secrets={"KEY": "hush-hush"},
                )
            )  # fmt: skip
        assert other.asked == []
    assert error.code == "config.request"


def test_a_private_address_must_be_allowed_beside_its_name() -> None:
    with plain_server(index=answer("ok")) as server:
        error = error_of(sent(url=server.url(), allow=Allow(http=("127.0.0.1",))))
        assert server.asked == []
    assert error.code == "policy.not_allowed"
    assert 'private_addresses: ["127.0.0.1"]' in error.message


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"])
def test_another_spelling_of_loopback_is_loopback(host: str) -> None:
    with plain_server(index=answer("ok")) as server:
        allow = Allow(http=("*", host))
        error = error_of(sent(url=f"http://{host}:{server.port}/", allow=allow))
        assert server.asked == []
    assert error.code == "policy.not_allowed"


def _packed(data: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return data
    return zlib.compress(data) if encoding == "deflate" else gzip.compress(data)
