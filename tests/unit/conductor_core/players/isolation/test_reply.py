"""Nothing that comes from a player's process is believed unless it is well-formed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conductor_core.players.isolation.reply import read_reply
from workflow_ir.outcome import StandardError, Success

SUCCESS = {
    "output": {"a": [1]},
    "usd": 0.5,
    "tokens": 3,
    "degraded": True,
    "synthetic": False,
    "internal_attempts": None,
}
ERROR = StandardError.of("http.503", "busy", detail={"a": 1}).to_json()


def line(**tree: Any) -> bytes:
    return json.dumps({"id": "call", **tree}).encode()


def test_a_well_formed_answer_is_read() -> None:
    reply = read_reply(line(success=SUCCESS), "call")
    assert reply is not None
    assert reply.outcome == Success({"a": [1]}, usd=0.5, tokens=3, degraded=True,
                                    internal_attempts=None)  # fmt: skip
    failed = read_reply(line(error=ERROR, unloaded=True), "call")
    assert failed is not None
    assert failed.unloaded
    assert failed.outcome == StandardError.of("http.503", "busy", detail={"a": 1})


@pytest.mark.parametrize(
    "hostile",
    [
        b"garbage",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        line(),
        line(id="other", success=SUCCESS),
        line(success=[]),
        line(success={}),
        b'{"id": "call", "success": NaN}',
        *(line(success={**SUCCESS, name: value}) for name, value in (
            ("usd", -1), ("usd", True), ("usd", "1"), ("usd", None), ("tokens", -1),
            ("tokens", 1.5), ("internal_attempts", "many"), ("output", 2**70), ("usd", 10**400),
        )),
        *(line(error={**ERROR, name: value}) for name, value in (
            ("code", "no.such"), ("code", 3), ("message", None), ("class", "odd"), ("retryable", 1),
            ("retry_after_s", -1), ("retry_after_s", "soon"), ("http_status", "503"),
            ("attempts", 1.5), ("cause_chain", 3), ("cost", {"usd": -1, "tokens": 0}),
            ("target", {}), ("effects", []),
        )),
    ],
)  # fmt: skip
def test_everything_else_is_no_answer(hostile: bytes) -> None:
    assert read_reply(hostile, "call") is None


def test_messages_are_made_safe_to_show_and_details_are_bounded() -> None:
    said = {
        "message": "key sk-abcdefgh12345678\n\x1b[31m" + "x" * 5000,
        "detail": {"a": "x" * 70_000},
    }
    reply = read_reply(line(error={**ERROR, **said}), "call")
    assert reply is not None
    assert isinstance(reply.outcome, StandardError)
    assert reply.outcome.detail == {}
    assert len(reply.outcome.message) <= 300
    assert not {"\n", "\x1b"} & set(reply.outcome.message)
    assert "sk-" not in reply.outcome.message
