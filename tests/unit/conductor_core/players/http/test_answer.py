"""What becomes of an answer: data by its type, errors by its status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.servers.plain_http import answer, plain_server, raw
from tests.unit.conductor_core.players.asking import error_of, output_of
from tests.unit.conductor_core.players.http.asked import sent
from workflow_ir.outcome import StandardError, Success


def answered(
    body: bytes | str = b"", *headers: str, kind: str = "text/plain", status: str = "200 OK",
    **written: Any,
) -> Success | StandardError:  # fmt: skip
    with plain_server(index=answer(body, *headers, kind=kind, status=status)) as server:
        return sent(url=server.url(), **written)


@pytest.mark.parametrize(
    ("kind", "body", "output"),
    [
        ("application/json", b'{"a": [1, 2.5]}', {"a": [1, 2.5]}),
        ("application/problem+json; charset=utf-8", '"é"'.encode(), "é"),
        ("application/json", b"", None),
        ("text/plain", b'{"a": 1}', '{"a": 1}'),
        ("text/plain; charset=latin-1", b"\xe9", "é"),
        ("text/plain; charset=nonsense", "é".encode(), "é"),
        ("text/plain; charset=zlib", "é".encode(), "é"),
        ("text/html", b"\xff", "�"),
        ("", b"x", "x"),
    ],
)
def test_without_parse_the_content_type_says_what_the_body_is(
    kind: str, body: bytes, output: Any
) -> None:
    assert output_of(answered(body, kind=kind)) == output


@pytest.mark.parametrize(
    ("parse", "output"), [("text", "[1,\n2]"), ("json", [1, 2]), ("lines", ["[1,", "2]"])]
)
def test_parse_overrules_the_content_type(parse: str, output: Any) -> None:
    assert output_of(answered("[1,\n2]", parse=parse)) == output
    assert output_of(answered("[1,\n2]", kind="application/json", parse=parse)) == output


@pytest.mark.parametrize(
    "body", [b"{", b"NaN", b"[1e999]", b"9223372036854775808", b"\xff", b'"\\ud800"']
)
def test_what_is_not_exact_json_is_output_format(body: bytes) -> None:
    for kind, parse in (("application/json", None), ("text/plain", "json")):
        assert error_of(answered(body, kind=kind, parse=parse)).code == "output.format"


def test_json_that_was_asked_for_may_not_be_empty() -> None:
    error = error_of(answered(b"", parse="json"))
    assert error.code == "output.format"
    assert "it is empty" in error.message


def test_deep_json_is_no_trouble() -> None:
    assert error_of(answered(b"[" * 100_000, parse="json")).code == "output.format"


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
def test_an_answer_without_a_body_is_empty_text(method: str) -> None:
    plain = raw(b"HTTP/1.1 204 No Content\r\n\r\n")
    with plain_server(index=plain) as server:
        assert output_of(sent(url=server.url(), method=method)) == ""


@pytest.mark.parametrize(
    ("status", "code", "error_class", "retryable"),
    [
        (400, "http.400", "permanent", "no"),
        (401, "auth.denied", "authentication", "no"),
        (404, "http.404", "permanent", "no"),
        (409, "http.409", "transient_network", "yes"),
        (418, "http.418", "permanent", "no"),
        (429, "http.429", "resource_constraint", "yes"),
        (500, "http.500", "backend_failure", "yes"),
        (503, "http.503", "backend_failure", "yes"),
    ],
)
def test_a_failed_status_is_told_by_the_table_of_codes(
    status: int, code: str, error_class: str, retryable: str
) -> None:
    error = error_of(answered("it says why", status=f"{status} Because"))
    assert (error.code, error.error_class.value, error.retryable.value) == (
        code, error_class, retryable,
    )  # fmt: skip
    assert (error.http_status, error.target) == (status, "127.0.0.1")
    assert f"{status} Because" in error.message
    assert error.detail == {"body": "it says why"}


def test_retry_after_is_read_in_seconds() -> None:
    error = error_of(answered("", "Retry-After: 7", status="503 Busy"))
    assert error.retry_after_s == 7
    limited = error_of(answered("", "Retry-After: 7", status="429 Slow"))
    assert (limited.error_class.value, limited.retry_after_s) == ("transient_network", 7)


def test_retry_after_is_read_as_a_date_by_the_answers_clock_or_by_ours() -> None:
    date = datetime(2031, 1, 1, tzinfo=UTC)
    then = format_datetime(date + timedelta(seconds=40), usegmt=True)
    now = format_datetime(date, usegmt=True)
    error = error_of(answered("", f"Retry-After: {then}", f"Date: {now}", status="503 Busy"))
    assert error.retry_after_s == 40
    without = error_of(answered("", f"Retry-After: {then}", status="503 Busy"))
    assert without.retry_after_s is not None
    assert without.retry_after_s > 40


def test_a_quota_is_told_by_its_wording_in_the_body() -> None:
    error = error_of(answered('{"error": "insufficient_quota"}', status="429 No"))
    assert error.code == "resource.quota"


def test_the_body_of_a_failure_is_shown_short_and_without_credentials() -> None:
    said = "Bearer abcdefgh12345678 " + "x" * 100_000
    error = error_of(answered(said, status="500 No"))
    assert len(error.detail["body"]) <= 300
    assert "abcdefgh" not in error.detail["body"]


@pytest.mark.parametrize("status", ["300 Many", "304 Not Modified", "302 Found"])
def test_an_answer_that_leads_nowhere_is_no_success(status: str) -> None:
    error = error_of(answered("", status=status))
    assert (error.code, error.http_status) == ("config.request", int(status[:3]))
