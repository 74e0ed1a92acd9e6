from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.classify import classify
from conductor_core.failure.http_status import from_status, overruled, retry_after, should_retry
from tests.unit.conductor_core.failure.foreign import answered, of_openai
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass, FaultDomain, Retryable


@pytest.mark.parametrize(
    ("status", "said", "retryable", "error_class"),
    [
        (500, "false", Retryable.NO, ErrorClass.BACKEND),  # oai-009 of the vectors
        (400, "true", Retryable.YES, ErrorClass.BACKEND),
        (429, "false", Retryable.NO, ErrorClass.RESOURCE),
        (503, "true", Retryable.YES, ErrorClass.BACKEND),
        (500, "perhaps", Retryable.YES, ErrorClass.BACKEND),
        (400, "", Retryable.NO, ErrorClass.PERMANENT),
    ],
)
def test_the_provider_overrules_its_status(
    status: int, said: str, retryable: Retryable, error_class: ErrorClass
) -> None:
    headers = {"X-Should-Retry": said}
    error = from_status(status, "x", headers=headers)
    assert (error.retryable, error.error_class) == (retryable, error_class)
    assert classify(answered(status, x_should_retry=said)).retryable is retryable


def test_a_hint_stays_a_hint_where_the_provider_says_that_it_may_be_retried() -> None:
    headers = {"x-should-retry": "TRUE", "retry-after": "3"}
    error = from_status(429, "x", headers=headers)
    assert (error.retryable, error.retry_after_s) == (Retryable.AFTER, 3.0)


def test_what_may_be_retried_against_its_status_is_no_fault_of_the_input() -> None:
    assert overruled(StandardError.of("http.400"), True).fault_domain is FaultDomain.PROVIDER
    assert overruled(StandardError.of("http.400"), None) == StandardError.of("http.400")
    assert overruled(StandardError.of("http.400"), "true") == StandardError.of("http.400")


def test_a_refused_output_that_may_be_retried_keeps_its_class() -> None:
    error = overruled(StandardError.of("output.context"), True)
    assert (error.error_class, error.retryable) == (ErrorClass.ORCHESTRATION, Retryable.YES)


@pytest.mark.parametrize(
    ("text", "said"), [("true", True), ("False", False), ("1", None), ("", None)]
)
def test_the_header_says_yes_no_or_nothing(text: str, said: bool | None) -> None:
    assert should_retry({"x-should-retry": text}) is said


@pytest.mark.parametrize(
    ("pushback", "said"),
    [("-1", False), ("soon", False), ("", False), ("1.5", False), ("1" * 16, False),
     ("0", None), ("250", None), ("1" * 15, None)],
)  # fmt: skip
def test_a_pushback_that_is_no_time_says_no(pushback: str, said: bool | None) -> None:
    assert should_retry({"grpc-retry-pushback-ms": pushback}) is said
    both = {"GRPC-Retry-Pushback-Ms": pushback, "x-should-retry": "true"}
    assert should_retry(both) is (said is None)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "99999999999"}, 99999999999.0),  # too long to wait for, and no absence
        ({"retry-after": "2", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "grpc-retry-pushback-ms": "250"}, 0.25),
        ({"grpc-retry-pushback-ms": "-1", "retry-after": "2"}, 2.0),
        ({"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT",
          "date": "Sat, 01 Jan 2000 00:00:00 GMT"}, None),
        ({"retry-after": "2", "retry-after-ms": "0"}, 2.0),
        ({"retry-after": "2", "retry-after-ms": "soon"}, 2.0),
        ({"retry-after": " 2 "}, 2.0),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 +2359", "date": "x"}, None),
        ({"retry-after": "Sat, 01 Jan 2000 00:00:00 GMT",
          "date": "Sat, 01 Jan 2000 00:00:10 GMT"}, None),
        ({"retry-after": "Sat, 01 Jan 2000 00:01:00 GMT",
          "date": "Sat, 01 Jan 2000 01:00:00 +0100"}, 60.0),
    ],
)  # fmt: skip
def test_hints_come_in_seconds_milliseconds_and_dates(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the local time is not that of Greenwich."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "EST5")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_away")
def test_a_date_without_a_zone_is_that_of_greenwich() -> None:
    headers = {
        "retry-after": "Sat, 01 Jan 2000 00:01:00 -0000",
        "date": "Sat, 01 Jan 2000 00:00:00 GMT",
    }
    assert retry_after(headers) == 60.0


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "date"]), st.text()))
def test_no_header_makes_a_hint_that_is_not_positive(headers: dict[str, str]) -> None:
    hint = retry_after(headers)
    assert hint is None or 0 < hint < float("inf")


def test_a_hint_on_the_exception_makes_its_rate_limit_transient() -> None:
    error = of_openai("RateLimitError", 429)
    error.retry_after = 4  # type: ignore[attr-defined]
    found = classify(error)
    assert (found.error_class, found.retry_after_s) == (ErrorClass.TRANSIENT, 4.0)


def test_a_rate_that_only_speaks_of_billing_is_no_quota() -> None:
    said = "Rate limit reached. Add a payment method at https://example.test/account/billing"
    assert from_status(429, said, headers={"retry-after": "1"}).code == "http.429"


@pytest.mark.parametrize("status", [400, 403, 429])
def test_an_account_without_credit_is_a_quota_whatever_its_status(status: int) -> None:
    assert from_status(status, "Your credit balance is too low").code == "resource.quota"


def test_wording_is_looked_at_and_not_shown() -> None:
    error = from_status(400, "bad", wording="context_length_exceeded sk-secret-of-somebody")
    assert (error.code, error.message, error.detail) == ("output.context", "bad", {})


@pytest.mark.parametrize(
    ("status", "wording", "code"),
    [
        *((status, "prompt is too long", "output.context") for status in (400, 413, 422)),
        *((status, "prompt is too long", f"http.{status}") for status in (403, 423, 500)),
        *((status, "content_filter", "output.refused") for status in (400, 403)),
        *((status, "content_filter", f"http.{status}") for status in (404, 422, 500)),
        *((status, "credit balance", f"http.{status}") for status in (402, 404, 500)),
        (399, "", "player.crash"),
        (599, "", "http.599"),
        (600, "", "player.crash"),
    ],
)
def test_wording_counts_for_its_statuses_only(status: int, wording: str, code: str) -> None:
    error = from_status(status, "no", wording=wording)
    assert (error.code, error.http_status) == (code, status)


def test_a_bare_rate_limit_keeps_its_status() -> None:
    error = from_status(429, "no")
    assert (error.error_class, error.http_status) == (ErrorClass.RESOURCE, 429)


def test_quota_wording_is_a_quota() -> None:
    assert from_status(429, "You exceeded your current quota").code == "resource.quota"
    assert (
        from_status(429, "insufficient_quota", headers={"Retry-After": "1"}).code
        == "resource.quota"
    )


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (400, "context_length_exceeded", "output.context"),
        (413, "This model's maximum context length is 8192", "output.context"),
        (400, "blocked by content_filter", "output.refused"),
        (401, "the access token expired", "auth.expired"),
        (403, "no", "http.403"),
        (507, "full", "http.507"),
        (302, "moved", "player.crash"),
    ],
)
def test_wording_tells_statuses_apart(status: int, message: str, code: str) -> None:
    assert from_status(status, message).code == code


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "1.5"}, 1.5),
        ({"RETRY-AFTER-MS": "250"}, 0.25),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Sat, 01 Jan 2000 00:00:10 GMT"}, None),
        (
            {
                "Retry-After": "Sat, 01 Jan 2000 00:00:10 GMT",
                "Date": "Sat, 01 Jan 2000 00:00:00 GMT",
            },
            10.0,
        ),
        ({}, None),
    ],
)
def test_hints_are_read_and_senseless_ones_count_as_absent(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds
