"""Exceptions that resist being read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.classify import classify
from conductor_core.failure.shown import LONGEST, masked, shown
from conductor_core.failure.told import (
    HIGHEST,
    READ,
    count_of,
    headers_of,
    hint_of,
    status_of,
    text_of,
    wording_of,
)
from tests.unit.conductor_core.failure.foreign import made
from workflow_ir.taxonomy import Retryable


def _refuse(error: type[BaseException]) -> Any:
    def refuse(*_: Any) -> NoReturn:
        raise error("never")

    return refuse


@pytest.mark.parametrize("raised", [RuntimeError, SystemExit, asyncio.CancelledError, MemoryError])
def test_a_message_that_cannot_be_shown_hides_no_failure(raised: type[BaseException]) -> None:
    error = classify(made("x", "Sly", RuntimeError, __str__=_refuse(raised))("y"))
    assert (error.code, error.message) == ("player.crash", "Sly: its message cannot be shown")


def test_a_message_that_is_no_text_hides_no_failure() -> None:
    error = classify(made("x", "Sly", KeyError, __str__=lambda _: 3)("y"))
    assert (error.code, error.message) == ("player.bug", "Sly: its message cannot be shown")


@pytest.mark.parametrize("raised", [RuntimeError, SystemExit, asyncio.CancelledError])
def test_properties_that_raise_say_nothing(raised: type[BaseException]) -> None:
    hostile = property(_refuse(raised))
    names = ("standard_error", "status_code", "response", "retry_after", "is_retryable",
             "returncode", "num_retries", "n_attempts", "headers", "code")  # fmt: skip
    kind = made("x", "Sly", RuntimeError, **dict.fromkeys(names, hostile))
    error = classify(kind("y"))
    assert (error.code, error.retryable, error.attempts) == (
        "player.crash",
        Retryable.UNKNOWN,
        None,
    )


def test_an_interrupt_of_the_user_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        classify(made("x", "Sly", RuntimeError, __str__=_refuse(KeyboardInterrupt))("y"))


def test_ten_megabytes_of_message_are_cut() -> None:
    error = classify(RuntimeError("x" * 10_000_000))
    assert len(error.message) == LONGEST


def test_a_text_with_methods_of_its_own_is_plain_afterwards() -> None:
    class Sly(str):
        __slots__ = ()
        __getitem__ = strip = _refuse(RuntimeError)

    error = classify(made("x", "Odd", RuntimeError, __str__=lambda _: Sly("hello"))("y"))
    assert error.message == "Odd: hello"
    assert type(error.message) is str


def test_the_first_failure_of_a_group_counts_and_not_its_cancelled_siblings() -> None:
    inner = BaseExceptionGroup("in", [asyncio.CancelledError(), TimeoutError("slow")])
    error = classify(BaseExceptionGroup("out", [asyncio.CancelledError(), inner, KeyError("a")]))
    assert error.code == "timeout.attempt"
    only = BaseExceptionGroup("out", [asyncio.CancelledError()])
    assert classify(only).code == "player.cancelled_self"


def test_groups_may_be_nested_deeply() -> None:
    error: Exception = KeyError("a")
    for _ in range(5_000):
        error = ExceptionGroup("g", [error])
    assert classify(error).code == "player.bug"


def test_what_is_read_of_an_input_is_no_fault_of_the_output() -> None:
    error = ValueError("x")
    assert classify(error, reading="input").code == "player.bug"
    unread = made("json.decoder", "JSONDecodeError", ValueError)("x")
    assert classify(unread, reading="input").code == "input.invalid"
    assert classify(unread).code == "output.format"
    unmet = made("instructor.core.exceptions", "ValidationError")("no text")
    assert classify(unmet).code == "output.schema"
    assert classify(unmet, reading="input").code == "input.invalid"
    assert classify(unmet, reading="input").message == "ValidationError: no text"


class Answer:
    """A response: what has been received of it, and false as those of requests are."""

    def __init__(self, **facts: object) -> None:
        vars(self).update(facts)

    def __bool__(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("facts", "named", "status"),
    [
        ({"status_code": 429}, True, 429),
        ({"status_code": 429}, False, 429),
        ({"response": Answer(status_code=503)}, True, 503),
        ({"response": Answer(status_code=503)}, False, 503),
        ({"status_code": 429, "response": Answer(status_code=503), "status": 404}, True, 429),
        ({"response": Answer(status_code=503), "status": 404, "code": 403}, True, 503),
        ({"status": 404, "code": 403}, True, 404),
        ({"code": 403}, True, 403),
        ({"status": 404}, False, None),
        ({"code": 403}, False, None),
        ({"status_code": 200, "code": 403}, True, 403),
        ({"status_code": 400}, False, 400),
        ({"status_code": 399}, False, None),
        ({"status_code": 599}, False, 599),
        ({"status_code": 600}, False, None),
        ({"status_code": True}, False, None),
        ({"status_code": "404"}, False, None),
    ],
)
def test_a_status_is_looked_for_in_order_and_where_it_is_believed(
    facts: dict[str, object], named: bool, status: int | None
) -> None:
    assert status_of(made("x", "Busy", **facts)("x"), named=named) == status


@pytest.mark.parametrize(
    ("facts", "headers"),
    [
        ({}, {}),
        ({"headers": {"a": 1}}, {"a": "1"}),
        ({"litellm_response_headers": {"b": 2}, "headers": {"a": 1}}, {"b": "2"}),
        ({"response": Answer(headers={"c": 3}), "headers": {"a": 1}}, {"c": "3"}),
        ({"response": Answer(), "headers": {"a": 1}}, {"a": "1"}),
        ({"response": Answer(headers=5), "headers": {"a": 1}}, {"a": "1"}),
        ({"litellm_response_headers": [], "headers": {"a": 1}}, {"a": "1"}),
    ],
)
def test_headers_are_the_first_that_can_be_read(
    facts: dict[str, object], headers: dict[str, str]
) -> None:
    assert headers_of(made("x", "Busy", **facts)("x")) == headers


def test_a_hint_of_the_headers_comes_before_that_of_the_exception() -> None:
    kind = made("x", "Busy", retry_after=3, headers={"Retry-After": "2"})
    assert hint_of(kind("x")) == 2.0


@pytest.mark.parametrize(
    ("facts", "wording"),
    [
        ({}, "said\n"),
        ({"code": "quota", "type": "limit"}, "said\nquota\nlimit\n"),
        ({"code": 3, "type": "limit"}, "said\nlimit\n"),
        ({"response": Answer(_content=b"bo\xffdy")}, "said\nbo\ufffddy"),
        ({"response": Answer(_content="text")}, "said\n"),
        ({"code": "quota", "response": Answer(_content=b"body")}, "said\nquota\nbody"),
    ],
)
def test_the_wording_is_message_code_type_and_what_was_received(
    facts: dict[str, object], wording: str
) -> None:
    assert wording_of(made("x", "Busy", **facts)("said")) == wording


def test_of_a_text_only_the_beginning_is_looked_at() -> None:
    assert READ == 20_000
    assert text_of(RuntimeError("a" * READ + "b")) == "a" * READ
    kind = made("x", "Busy", response=Answer(_content=b"a" * READ + b"b"))
    assert wording_of(kind("")) == "\n" + "a" * READ


@pytest.mark.parametrize(
    ("told", "hint"),
    [(3, 3.0), (timedelta(seconds=1.5), 1.5), (0, None), (-1, None), (True, None), ("3", None),
     (0.5, 0.5), (1e15, None), (float("nan"), None), (float("inf"), None), (None, None)],
)  # fmt: skip
def test_a_hint_is_a_positive_number_of_seconds(told: object, hint: float | None) -> None:
    assert hint_of(made("x", "Busy", retry_after=told)("x")) == hint


@pytest.mark.parametrize(
    ("facts", "count"),
    [({"num_retries": 2}, 3), ({"num_retries": 0}, 1), ({"n_attempts": 3}, 3),
     ({"num_retries": -1}, None), ({"num_retries": True}, None), ({"num_retries": None}, None),
     ({"num_retries": 10**12}, None), ({}, None), ({"n_attempts": 0}, 1),
     ({"num_retries": HIGHEST}, None), ({"n_attempts": HIGHEST - 1}, HIGHEST - 1),
     ({"n_attempts": 2, "num_retries": 5}, 2)],
)  # fmt: skip
def test_attempts_are_counted_with_the_first(facts: dict[str, object], count: int | None) -> None:
    assert count_of(made("x", "Busy", **facts)("x")) == count


SECRETS = [
    "sk-proj-abcdefgh12345678", "sk-ant-api03-abcdefgh", "ghp_0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE", "AIzaSyA1234567890abcdefghij", "hf_abcdefgh1234",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "xoxb-1234567890-abc",
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_a_credential_in_a_message_is_masked(secret: str) -> None:
    assert secret not in classify(RuntimeError(f"bad key {secret}, go away")).message
    assert masked(f"key {secret} given") == "key *** given"


@pytest.mark.parametrize(
    "text", ["https://u:pw1234@h/", "https://h/?key=pw1234", "db://h?password=pw1234&x=1",
             "postgres://:pw1234@h/db", "token=pw1234"],
)  # fmt: skip
def test_a_password_in_an_address_is_masked(text: str) -> None:
    assert "pw1234" not in masked(text)


@given(st.integers(0, 3 * LONGEST), st.sampled_from(SECRETS))
def test_no_part_of_a_credential_is_left_at_the_cut(before: int, secret: str) -> None:
    told = shown(f"{'a b' * (before // 3)} {secret} rest")
    assert secret[:12] not in told


def test_a_credential_that_begins_before_the_cut_is_masked_as_a_whole() -> None:
    assert shown(" " * (4 * LONGEST - 6) + "sk-abcdefgh12345678") == "***"


@given(st.text())
def test_a_shown_text_is_one_printable_line(text: str) -> None:
    line = shown(text)
    assert len(line) <= LONGEST
    assert line.isprintable()


@given(
    st.builds(
        lambda text, facts: made("any", "Thing", **facts)(text),
        st.text(),
        st.dictionaries(
            st.sampled_from(
                ["status_code", "code", "response", "retry_after", "is_retryable", "returncode",
                 "cmd", "stderr", "headers", "standard_error", "num_retries"]
            ),
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
            | st.lists(st.text(), max_size=2),
        ),
    )
)  # fmt: skip
def test_every_exception_becomes_one_error_with_a_short_message(error: Exception) -> None:
    found = classify(error)
    assert len(found.message) <= LONGEST + 40
    assert found.message.isprintable()
    assert found == classify(error)
