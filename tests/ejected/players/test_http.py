"""HTTP requests as players of a generated project, at a server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import Stage
from tests.servers.plain_http import Asked, PlainServer, answer, in_turn, moved, plain_server, raw


@pytest.fixture
def server() -> Iterator[PlainServer]:
    with plain_server() as listening:
        yield listening


def stage(
    folder: Path, server: PlainServer, request: str, *, with_: str = "{}", facts: str = ""
) -> Stage:
    text = f"""
players: {{one: {{http: {{url: "http://127.0.0.1:{server.port}/{request}}}{facts}}}}}
steps:
  it: {{play: one, with: {with_}, ONCE}}
outputs: {{}}
"""
    return Stage(folder, text)


def asked(made: Stage, server: PlainServer) -> Asked:
    """What the generated project asks; ``melody run`` asks the same."""
    made.reference()
    made.report()
    theirs, ours = server.asked[-2:]
    assert (ours.method, ours.target, ours.body) == (theirs.method, theirs.target, theirs.body)
    assert ours.headers.get("content-type") == theirs.headers.get("content-type")
    return ours


@pytest.mark.parametrize(
    ("behaviour", "facts", "output"),
    [
        (answer("a\nb"), "", "a\nb"),
        (answer("a\nb"), ", parse: lines", ["a", "b"]),
        (answer('{"a": 1}', kind="application/json"), "", {"a": 1}),
        (answer("[1]", kind="application/problem+json; charset=utf-8"), "", [1]),
        (answer("[1]", kind="text/html"), ", parse: json", [1]),
        (answer("[1]", kind="application/json"), ", parse: text", "[1]"),
        (answer("", status="204 No Content", kind="application/json"), "", None),
        (answer("\xe9".encode("latin-1"), kind="text/plain; charset=latin-1"), "", "\xe9"),
    ],
)
def test_the_body_becomes_the_output(
    tmp_path: Path, server: PlainServer, behaviour: Any, facts: str, output: Any
) -> None:
    server.routes["x"] = behaviour
    assert stage(tmp_path, server, 'x"', facts=facts).output() == output


@pytest.mark.parametrize(
    ("behaviour", "facts", "code"),
    [
        (answer("no", status="404 Not Found"), "", "http.404"),
        (answer("no", status="503 Busy"), "", "http.503"),
        (answer("no", status="401 Who"), "", "auth.denied"),
        (answer("no", status="401 Token expired"), "", "auth.expired"),
        (answer("insufficient_quota", status="429 Too Many"), "", "resource.quota"),
        (answer("x", status="429 Too Many"), "", "http.429"),
        (answer("x", "Retry-After: 1", status="429 Too Many"), "", "http.429"),
        (answer("{", kind="application/json"), "", "output.format"),
        (answer("[NaN]", kind="application/json"), "", "output.format"),
        (answer("text"), ", parse: json", "output.format"),
        (raw(b""), "", "transport.read"),
        (moved("/x"), "", "config.request"),
    ],
)
def test_what_goes_wrong_has_the_code_of_melody_run(
    tmp_path: Path, server: PlainServer, behaviour: Any, facts: str, code: str
) -> None:
    server.routes["x"] = behaviour
    assert stage(tmp_path, server, 'x"', facts=facts).code() == code


def test_nobody_who_listens_is_a_failure_of_the_connection(tmp_path: Path) -> None:
    with plain_server() as gone:
        pass
    assert stage(tmp_path, gone, 'x"').code() == "transport.connect"


def test_a_hint_of_the_server_is_kept(tmp_path: Path, server: PlainServer) -> None:
    busy = answer("x", "Retry-After: 1", status="429 Too Many")
    text = f"""
players: {{one: {{http: {{url: "{server.url("/x")}"}}}}}}
steps:
  it: {{play: one, policy: {{retry: {{max_attempts: 2, initial: 10ms, jitter: none}}}}}}
outputs: {{}}
"""
    made = Stage(tmp_path, text)
    server.routes["x"] = in_turn(busy, answer("at last"), busy, answer("at last"))
    step = made.step()
    assert step["output"] == "at last"
    assert [(one.get("decision"), one.get("delay_s")) for one in step["attempts"]] == [
        ("retry", 1.0),
        (None, None),
    ]


def test_a_server_that_hangs_is_left_at_the_timeout(tmp_path: Path, server: PlainServer) -> None:
    def hang(asked: Asked, connection: socket.socket) -> None:
        server.ending.wait(60)

    server.routes["x"] = hang
    text = f"""
players: {{one: {{http: {{url: "{server.url("/x")}"}}}}}}
steps:
  it: {{play: one, policy: {{timeout: 300ms, retry: {{max_attempts: 1}}}}}}
outputs: {{}}
"""
    assert Stage(tmp_path, text).code() == "timeout.attempt"


@pytest.mark.parametrize(
    ("request_", "with_", "target"),
    [
        ('a/${{ with.q }}/b"', "{q: 'x/y?z #é'}", "/a/x%2Fy%3Fz%20%23%C3%A9/b"),
        ('a?q=${{ with.q }}"', "{q: 'x&y=1'}", "/a?q=x%26y%3D1"),
        ('a?q=${{ with.q }}"', "{q: '..'}", "/a?q=.."),
        ('a/${{ with.q }}"', "{q: 12}", "/a/12"),
        ('a/${{ with.q }}"', "{q: a.b}", "/a/a.b"),
        ('a?z=1", query: {b: "${{ with.q }}"}', "{q: 'x y'}", "/a?z=1&b=x%20y"),
        (
            'a", query: {b: "${{ with.q }}", c: null, d: true, e: {f: 1}}',
            "{q: [1, null, two]}",
            "/a?b=1&b=two&d=true&e=%7B%22f%22%3A1%7D",
        ),
    ],
)
def test_data_stay_in_their_place_of_the_address(
    tmp_path: Path, server: PlainServer, request_: str, with_: str, target: str
) -> None:
    made = stage(tmp_path, server, request_, with_=with_)
    ours = _unquoted(asked(made, server).target)
    assert ours == _unquoted(target)


def _unquoted(target: str) -> str:
    """Signs that may stand in a query bare or quoted; a plus is a blank there."""
    return target.replace("+", "%20")


@pytest.mark.parametrize(
    ("url", "with_"),
    [
        ("http://127.0.0.1:PORT/a/${{ with.q }}/b", "{q: '..'}"),
        ("http://127.0.0.1:PORT/a/${{ with.q }}", "{q: ''}"),
        ("http://${{ with.q }}:PORT/a", "{q: '127.0.0.1/x'}"),
        ("http://${{ with.q }}:PORT/a", "{q: 'me@127.0.0.1'}"),
    ],
)
def test_data_that_would_leave_their_place_are_invalid(
    tmp_path: Path, server: PlainServer, url: str, with_: str
) -> None:
    written = url.replace("PORT", str(server.port))
    text = f"""
players: {{one: {{http: {{url: "{written}"}}}}}}
steps:
  it: {{play: one, with: {with_}, ONCE}}
outputs: {{}}
"""
    assert Stage(tmp_path, text).code() == "input.invalid"
    assert server.asked == []


@pytest.mark.parametrize(
    ("more", "kind", "body"),
    [
        (
            'json: {a: "${{ with.q }}", n: [1, null]}',
            "application/json",
            b'{"a":"x \xc3\xa9","n":[1,null]}',
        ),
        (
            'form: {a: "${{ with.q }}", n: [1, 2], no: null}',
            "application/x-www-form-urlencoded",
            b"a=x+%C3%A9&n=1&n=2",
        ),
        ('body: "${{ with.q }}"', "text/plain; charset=utf-8", "x é".encode()),
        ("body: {a: 1}", "application/json", b'{"a":1}'),
        ('json: {a: 1}, headers: {Content-Type: "application/x"}', "application/x", b'{"a":1}'),
    ],
)
def test_a_body_is_sent_with_its_type(
    tmp_path: Path, server: PlainServer, more: str, kind: str, body: bytes
) -> None:
    made = stage(tmp_path, server, f'x", method: POST, {more}', with_="{q: 'x é'}")
    found = asked(made, server)
    assert (found.method, found.headers["content-type"], found.body) == ("POST", kind, body)


def test_headers_hold_secrets_and_data(
    tmp_path: Path, server: PlainServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "abc-def-ghi")
    headers = (
        '{Authorization: "Bearer ${{ secrets.TOKEN }}",'
        ' X-On: true, X-No: null, X-N: "${{ with.n }}"}'
    )
    made = stage(tmp_path, server, f'x", headers: {headers}', with_="{n: 3}")
    found = asked(made, server).headers
    assert found["authorization"] == "Bearer abc-def-ghi"
    assert (found["x-on"], found["x-n"], "x-no" in found) == ("true", "3", False)


def test_a_header_with_a_line_end_is_invalid(tmp_path: Path, server: PlainServer) -> None:
    made = stage(
        tmp_path, server, 'x", headers: {X-N: "${{ with.n }}"}', with_='{n: "a\\r\\nX-Evil: 1"}'
    )
    assert made.code() == "input.invalid"
    assert server.asked == []


def test_a_redirect_is_followed(tmp_path: Path, server: PlainServer) -> None:
    server.routes |= {"x": moved("/y"), "y": answer("there")}
    assert stage(tmp_path, server, 'x"').output() == "there"


def test_a_written_key_makes_requests_idempotent(tmp_path: Path, server: PlainServer) -> None:
    text = f"""
players: {{one: {{http: {{method: POST, url: "{server.url("/x")}", json: {{a: 1}}}}}}}}
steps:
  it: {{play: one, idempotency_key: "order-7", ONCE}}
outputs: {{}}
"""
    assert asked(Stage(tmp_path, text), server).headers["idempotency-key"] == "order-7"


@pytest.mark.parametrize(("method", "keyed"), [("POST", True), ("DELETE", True), ("GET", False)])
def test_all_attempts_of_a_request_that_changes_something_have_one_key(
    tmp_path: Path, server: PlainServer, method: str, keyed: bool
) -> None:
    text = f"""
players:
  one:
    http: {{method: {method}, url: "{server.url("/x")}"}}
    fallback: [two]
  two: {{http: {{method: {method}, url: "{server.url("/y")}"}}}}
steps:
  it: {{play: one, policy: {{retry: {{max_attempts: 3, initial: 1ms}}}}}}
  again: {{play: two, needs: [it]}}
outputs: {{}}
"""
    server.routes |= {"x": answer("no", status="408 Too Slow"), "y": answer("well")}
    made = Stage(tmp_path, text)
    for run in (made.reference, made.report):
        server.asked.clear()
        run()
        assert [one.target for one in server.asked] == ["/x", "/x", "/x", "/y", "/y"]
        keys = [one.headers.get("idempotency-key") for one in server.asked]
        assert keys[0] == keys[1] == keys[2]
        assert len({*keys}) == (3 if keyed else 1)
        assert (None in keys) is not keyed
