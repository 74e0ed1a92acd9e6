"""What is sent: data of a step stay data, wherever the template puts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.plain_http import Asked, PlainServer, answer, plain_server
from tests.unit.conductor_core.players.asking import error_of, output_of
from tests.unit.conductor_core.players.http.asked import sent


@pytest.fixture
def server() -> Iterator[PlainServer]:
    with plain_server(index=answer("ok"), a=answer("ok")) as running:
        yield running


def asked_by(server: PlainServer, with_: dict[str, Any] | None = None, **written: Any) -> Asked:
    output_of(sent(with_, **{"url": server.url(), **written}))
    return server.asked[-1]


def test_a_get_has_no_body_and_no_idempotency_key(server: PlainServer) -> None:
    asked = asked_by(server)
    assert (asked.method, asked.target, asked.body) == ("GET", "/", b"")
    assert "idempotency-key" not in asked.headers
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_may_change_something_carries_the_idempotency_key(
    server: PlainServer, method: str
) -> None:
    assert asked_by(server, method=method).headers["idempotency-key"] == "key"


def test_a_written_idempotency_key_is_kept(server: PlainServer) -> None:
    headers = {"idempotency-key": "own"}
    asked = asked_by(server, method="POST", headers=headers)
    assert asked.headers["idempotency-key"] == "own"
    assert asked.head.lower().count(b"idempotency-key") == 1


def test_json_is_sent_exactly(server: PlainServer) -> None:
    data = {"a": [1, None, True, "é 🎈"]}
    asked = asked_by(server, data, method="POST", json="${{ with }}")
    assert json.loads(asked.body) == data
    assert asked.headers["content-type"] == "application/json"


def test_a_form_is_sent_as_forms_are(server: PlainServer) -> None:
    form = {"a": "x y&z", "b": [1, 2], "c": None}
    asked = asked_by(server, method="POST", form=form)
    assert asked.body == b"a=x+y%26z&b=1&b=2"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_text_body_is_sent_as_it_is_and_data_as_json(server: PlainServer) -> None:
    asked = asked_by(server, {"t": "é"}, method="PUT", body="<${{ with.t }}>")
    assert (asked.body, asked.headers["content-type"]) == (
        "<é>".encode(), "text/plain; charset=utf-8",
    )  # fmt: skip
    asked = asked_by(server, {"t": [1]}, method="PUT", body="${{ with.t }}")
    assert (asked.body, asked.headers["content-type"]) == (b"[1]", "application/json")


def test_the_query_is_encoded_and_added_to_a_written_one(server: PlainServer) -> None:
    query = {"q": "${{ with.q }}", "n": [1, True], "none": None}
    asked = asked_by(server, {"q": "a&b=c #é"}, url=server.url("/a?x=1"), query=query)
    assert asked.target == "/a?x=1&q=a%26b%3Dc%20%23%C3%A9&n=1&n=true"


def test_a_value_in_the_path_is_one_piece_of_it(server: PlainServer) -> None:
    url = server.url("/a/${{ with.id }}?q=${{ with.id }}")
    assert asked_by(server, {"id": "../x?y=1&z#"}, url=url).target == (
        "/a/..%2Fx%3Fy%3D1%26z%23?q=..%2Fx%3Fy%3D1%26z%23"
    )


@pytest.mark.parametrize("piece", ["..", ".", ""])
def test_a_value_cannot_climb_out_of_its_place_in_the_path(server: PlainServer, piece: str) -> None:
    error = error_of(sent({"id": piece}, url=server.url("/a/${{ with.id }}")))
    assert error.code == "input.invalid"
    assert server.asked == []


def test_a_value_in_the_host_cannot_bring_another_one(server: PlainServer) -> None:
    error = error_of(sent({"h": "127.0.0.1/@evil"}, url="http://${{ with.h }}:80/"))
    assert error.code == "input.invalid"
    url = "http://${{ with.h }}:${{ with.p }}/a"
    assert asked_by(server, {"h": "127.0.0.1", "p": server.port}, url=url).target == "/a"


def test_a_whole_url_may_be_data_and_is_looked_at_like_any_other(server: PlainServer) -> None:
    assert asked_by(server, {"u": server.url("/a?x=1")}, url="${{ with.u }}").target == "/a?x=1"
    error = error_of(sent({"u": "http://elsewhere.example/"}, url="${{ with.u }}"))
    assert error.code == "policy.not_allowed"


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\x7fb"])
def test_a_header_cannot_be_ended_by_data(server: PlainServer, text: str) -> None:
    error = error_of(sent({"t": text}, url=server.url(), headers={"X-Own": "${{ with.t }}"}))
    assert error.code == "input.invalid"
    assert "'X-Own'" in error.message
    assert server.asked == []


def test_headers_may_hold_any_other_sign_and_null_is_left_out(server: PlainServer) -> None:
    asked = asked_by(server, {"t": "é\tz"}, headers={"X-Own": "${{ with.t }}", "X-None": None})
    assert asked.headers["x-own"].encode("latin-1").decode() == "é\tz"
    assert "x-none" not in asked.headers


@pytest.mark.parametrize("name", ["Host", "Content-Length", "transfer-encoding", "a b", "a:b"])
def test_headers_of_the_connection_and_wrong_names_are_refused(
    server: PlainServer, name: str
) -> None:
    assert error_of(sent(url=server.url(), headers={name: "1"})).code == "config.request"
    assert server.asked == []


def test_secrets_are_known_in_headers(server: PlainServer) -> None:
    headers = {"authorization": "Bearer ${{ secrets.KEY }}"}
    output_of(sent(url=server.url(), headers=headers, secrets={"KEY": "hush"}))
    assert server.asked[-1].headers["authorization"] == "Bearer hush"


@pytest.mark.parametrize("place", ["json", "query"])
def test_secrets_are_known_nowhere_else(server: PlainServer, place: str) -> None:
    written: dict[str, Any] = {place: {"k": "${{ secrets.KEY }}"}}
    error = error_of(sent(url=server.url(), method="POST", secrets={"KEY": "hush"}, **written))
    assert error.code.startswith("expression.")
    assert server.asked == []


@pytest.mark.parametrize("place", ["json", "query", "headers"])
def test_half_a_character_is_sent_nowhere(server: PlainServer, place: str) -> None:
    written: dict[str, Any] = {place: {"a": "${{ with.t }}"}}
    error = error_of(sent({"t": "\ud800"}, url=server.url(), method="POST", **written))
    assert error.code == "input.invalid"
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "config.request"),
        ("ftp://127.0.0.1/", "config.request"),
        ("gopher://127.0.0.1/", "config.request"),
        ("http:///x", "config.request"),
        ("http://user:word@127.0.0.1/", "config.request"),
        ("http://127.0.0.1:port/", "input.invalid"),
        ("http://127.0.0.1/a\nb", "input.invalid"),
    ],
)
def test_only_plain_addresses_are_requested(url: str, code: str) -> None:
    assert error_of(sent({"u": url}, url="${{ with.u }}")).code == code


def test_a_missing_member_of_with_is_told_by_its_code(server: PlainServer) -> None:
    error = error_of(sent({}, url=server.url("/${{ with.id }}")))
    assert (error.code, error.layer) == ("expression.missing", "user")


def test_no_proxy_of_the_environment_is_used(
    server: PlainServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    assert asked_by(server).target == "/"
