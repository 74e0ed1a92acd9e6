from __future__ import annotations

import asyncio
import errno
import json
import subprocess
from typing import Any

import httpx
import pydantic
import pytest

from conductor_core.failure.classify import classify, from_exception_name, is_control_flow
from conductor_core.failure.exceptions import CODES_BY_NAME
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import Effects, ErrorClass, Retryable, facts


def made(module: str, name: str, *bases: type, **members: Any) -> type:
    return type(name, bases or (Exception,), {"__module__": module, **members})


def answered(status: int, **headers: str) -> httpx.HTTPStatusError:
    request = httpx.Request("GET", "http://example.test/")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = httpx.Response(status, headers=named, request=request)
    return httpx.HTTPStatusError(f"status {status}", request=request, response=response)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError(), "timeout.attempt"),
        (asyncio.CancelledError(), "player.cancelled_self"),
        (KeyError("x"), "player.bug"),
        (TypeError("x"), "player.bug"),
        (AssertionError(), "player.bug"),
        (ZeroDivisionError(), "player.bug"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "bad"), "player.bug"),
        (ModuleNotFoundError("x"), "player.bug"),
        (MemoryError(), "resource.memory"),
        (ConnectionRefusedError(), "transport.connect"),
        (ConnectionResetError(), "transport.read"),
        (BrokenPipeError(), "transport.read"),
        (FileNotFoundError(errno.ENOENT, "no such file"), "config.missing"),
        (PermissionError(errno.EACCES, "no"), "config.missing"),
        (IsADirectoryError(errno.EISDIR, "no"), "config.missing"),
        (OSError(errno.ENOSPC, "full"), "resource.disk"),
        (OSError(errno.EMFILE, "too many"), "resource.disk"),
        (OSError(errno.ENOMEM, "none"), "resource.memory"),
        (BlockingIOError(errno.EAGAIN, "later"), "resource.memory"),
        (OSError("odd"), "player.crash"),
        (RuntimeError("odd"), "player.crash"),
        (SystemExit(3), "player.crash"),
        (json.JSONDecodeError("bad", "", 0), "output.format"),
        (subprocess.TimeoutExpired("x", 1), "timeout.attempt"),
        (httpx.ConnectTimeout("x"), "transport.connect"),
        (httpx.PoolTimeout("x"), "transport.connect"),
        (httpx.ReadTimeout("x"), "transport.read"),
        (httpx.RemoteProtocolError("x"), "transport.read"),
        (httpx.LocalProtocolError("x"), "config.request"),
        (httpx.UnsupportedProtocol("x"), "config.request"),
        (httpx.InvalidURL("x"), "config.request"),
        (httpx.TooManyRedirects("x"), "config.request"),
        (answered(503), "http.503"),
        (answered(404), "http.404"),
        (answered(418), "http.418"),
        (answered(401), "auth.denied"),
        (ExceptionGroup("two", [KeyError("a"), TimeoutError()]), "player.bug"),
    ],
)
def test_real_exceptions_have_the_code_of_the_table(error: BaseException, code: str) -> None:
    assert classify(error).code == code


def test_a_validation_error_of_pydantic_is_output_format() -> None:
    class Note(pydantic.BaseModel):
        text: str

    with pytest.raises(pydantic.ValidationError) as caught:
        Note.model_validate({})
    assert classify(caught.value).code == "output.format"


def test_the_most_derived_class_counts() -> None:
    bad_request = made("openai", "BadRequestError", status_code=400)
    too_long = made("litellm.exceptions", "ContextWindowExceededError", bad_request)
    own = made("somewhere", "Own", too_long)
    assert classify(bad_request("x")).code == "http.400"
    assert classify(too_long("x")).code == "output.context"
    assert classify(own("x")).code == "output.context"


def test_a_timeout_of_openai_is_told_before_its_base() -> None:
    base = made("openai", "APIConnectionError")
    assert classify(made("openai", "APITimeoutError", base)("x")).code == "transport.read"
    assert classify(base("x")).code == "transport.connect"


def test_a_status_on_the_exception_counts_for_libraries_nobody_listed() -> None:
    error = classify(made("elsewhere", "ApiError", status_code=502)("x"))
    assert (error.code, error.http_status) == ("http.502", 502)


def test_a_response_that_is_false_is_looked_at() -> None:
    class Response:
        status_code = 400

        def __bool__(self) -> bool:
            return False

    assert (
        classify(made("requests.exceptions", "HTTPError", response=Response())("x")).code
        == "http.400"
    )


def test_a_rate_limit_with_a_hint_is_transient_and_without_one_a_resource_constraint() -> None:
    hinted, bare = classify(answered(429, Retry_After="7")), classify(answered(429))
    assert (hinted.error_class, hinted.retry_after_s) == (ErrorClass.TRANSIENT, 7.0)
    assert hinted.retryable is Retryable.AFTER
    assert (bare.code, bare.error_class) == ("http.429", ErrorClass.RESOURCE)


def test_a_hint_on_the_exception_itself_is_kept() -> None:
    assert classify(made("x", "Busy", retry_after=3)("x")).retry_after_s == 3.0


def test_an_unknown_exception_is_a_crash_of_unknown_retryability() -> None:
    error = classify(made("x", "Odd")("boom"))
    assert (error.code, error.error_class) == ("player.crash", ErrorClass.PERMANENT)
    assert error.retryable is Retryable.UNKNOWN


@pytest.mark.parametrize(("told", "said"), [(True, Retryable.YES), (False, Retryable.NO)])
def test_what_an_unknown_exception_says_of_retries_is_believed(told: bool, said: Retryable) -> None:
    assert classify(made("x", "Odd", is_retryable=told)("x")).retryable is said


def test_an_exception_that_carries_a_standard_error_is_that_error() -> None:
    inner = StandardError.of("unable_to_complete", "no")
    error = classify(made("x", "Carrier", standard_error=inner)("x"))
    assert (error.code, error.message) == ("unable_to_complete", "no")


def test_a_read_that_broke_off_may_have_had_effects_and_a_connect_has_none() -> None:
    assert classify(httpx.ReadError("x")).effects is Effects.POSSIBLE
    assert classify(httpx.ConnectError("x")).effects is Effects.NONE


def test_the_cause_chain_names_what_came_before() -> None:
    def failing() -> None:
        try:
            dict[str, int]()["a"]
        except KeyError as cause:
            raise RuntimeError("b") from cause

    with pytest.raises(RuntimeError) as caught:
        failing()
    told = classify(caught.value)
    assert told.cause_type == "builtins.RuntimeError"
    assert told.cause_chain == ("builtins.KeyError",)


def test_a_ring_of_causes_ends() -> None:
    one, two = RuntimeError("1"), RuntimeError("2")
    one.__cause__, two.__cause__ = two, one
    assert classify(one).cause_chain == ("builtins.RuntimeError",)
    first = KeyError("0")
    first.__cause__ = one
    assert classify(first).cause_chain == ("builtins.RuntimeError",) * 2


def test_what_an_exception_happened_in_is_in_its_chain_unless_it_is_hidden() -> None:
    error = RuntimeError("x")
    error.__context__ = KeyError("a")
    assert classify(error).cause_chain == ("builtins.KeyError",)
    error.__suppress_context__ = True
    assert classify(error).cause_chain == ()


def test_an_exception_that_says_nothing_is_told_by_its_name_alone() -> None:
    assert classify(RuntimeError(" ")).message == "RuntimeError"


def test_attempts_of_the_client_are_kept() -> None:
    assert classify(made("x", "Busy", n_attempts=3)("x")).attempts == 3


def test_a_name_of_the_output_further_on_says_more_than_a_status() -> None:
    too_long = made("langchain_core.exceptions", "ContextOverflowError")
    assert classify(made("openai", "BadRequestError", too_long)("x")).code == "output.context"


def test_messages_are_one_short_line_without_keys() -> None:
    error = classify(RuntimeError("bad key sk-abcdefgh12345678\n\x1b[31mred " + "x" * 500))
    assert error.message.startswith("RuntimeError: bad key *** [31mred")
    assert len(error.message) == 300
    assert error.message.isprintable()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ValueError", "player.bug"),
        ("builtins.ConnectionResetError", "transport.read"),
        ("TimeoutError", "timeout.attempt"),
        ("asyncio.CancelledError", "player.cancelled_self"),
        ("httpx.ReadTimeout", "transport.read"),
        ("openai.RateLimitError", "http.429"),
        ("litellm.ContextWindowExceededError", "output.context"),
        ("json.JSONDecodeError", "output.format"),
        ("pydantic.ValidationError", "output.format"),
        ("acme.Strange", "player.crash"),
    ],
)
def test_an_exception_can_be_told_by_name_without_importing_it(name: str, code: str) -> None:
    error = from_exception_name(name, "text")
    assert error.code == code
    assert error.message == f"{name.rpartition('.')[2]}: text"


def test_control_flow_of_frameworks_is_no_failure() -> None:
    bubble = made("langgraph.errors", "GraphBubbleUp")
    assert is_control_flow(made("langgraph.errors", "Newer", bubble)("x"))
    assert not is_control_flow(RuntimeError("x"))


def test_every_code_of_the_table_is_in_the_taxonomy() -> None:
    assert [code for code in CODES_BY_NAME.values() if facts(code) is None] == []


@pytest.mark.parametrize(
    ("name", "code", "error_class", "status"),
    [
        ("openai.AuthenticationError", "auth.denied", ErrorClass.AUTHENTICATION, None),
        ("openai.RateLimitError", "http.429", ErrorClass.RESOURCE, None),
        ("openai.NotFoundError", "http.404", ErrorClass.PERMANENT, None),
    ],
)
def test_a_name_that_stands_for_a_status_is_that_status_without_a_number(
    name: str, code: str, error_class: ErrorClass, status: int | None
) -> None:
    error = from_exception_name(name, "no")
    assert (error.code, error.error_class, error.http_status) == (code, error_class, status)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("ValueError", "builtins.ValueError"),
        ("builtins.KeyError", "builtins.KeyError"),
        ("httpx.ReadTimeout", "httpx.ReadTimeout"),
        ("print", "print"),
    ],
)
def test_the_name_that_was_told_is_the_type_of_the_cause(name: str, cause: str) -> None:
    assert from_exception_name(name, "text").cause_type == cause


def test_what_an_errno_stands_for_keeps_the_words_of_the_exception() -> None:
    error = classify(OSError(errno.ENOSPC, "full"))
    assert error.message == f"OSError: [Errno {errno.ENOSPC}] full"


def test_what_nobody_knows_does_not_tell_where_a_connection_broke() -> None:
    kind = made("openai", "APIConnectionError")
    for cause in (made("x", "Odd")("x"), KeyError("a")):
        error = kind("x")
        error.__cause__ = cause
        assert classify(error).code == "transport.connect"


@pytest.mark.parametrize(
    ("name", "cause", "code"),
    [
        ("openai.APIConnectionError", httpx.ReadTimeout("x"), "transport.read"),
        ("openai.APITimeoutError", httpx.ConnectTimeout("x"), "transport.connect"),
        ("httpx.ConnectTimeout", httpx.ReadTimeout("x"), "transport.connect"),
        ("builtins.KeyError", httpx.ReadTimeout("x"), "player.bug"),
    ],
)
def test_only_of_an_umbrella_the_cause_tells_where_it_broke(
    name: str, cause: BaseException, code: str
) -> None:
    module, kind = name.split(".")
    error = made(module, kind)("x")
    error.__cause__ = cause
    assert classify(error).code == code


def test_memory_that_ran_out_inside_is_no_reason_to_try_again_here() -> None:
    assert classify(MemoryError()).retryable is Retryable.NO
    assert classify(httpx.ReadTimeout("x")).retryable is Retryable.YES


def test_a_name_that_stands_for_a_status_needs_none_on_the_exception() -> None:
    error = classify(made("openai", "RateLimitError")("slow down"))
    assert (error.code, error.error_class) == ("http.429", ErrorClass.RESOURCE)
    assert (error.message, error.http_status) == ("RateLimitError: slow down", None)
    too_long = made("openai", "BadRequestError", code="context_length_exceeded")
    assert classify(too_long("no")).code == "output.context"


def test_a_number_counts_as_a_status_where_the_name_tells_of_an_answer() -> None:
    error = classify(made("google.genai.errors", "APIError", code=503)("x"))
    assert (error.code, error.http_status) == ("http.503", 503)
    assert classify(made("x", "Odd", code=503)("x")).code == "player.crash"


def test_the_wording_of_a_bare_exception_tells_what_it_is() -> None:
    said = "Task failed guardrail validation after 3 retries"
    assert classify(Exception(said)).code == "gate.failed"
    assert classify(made("x", "Odd")(said)).code == "player.crash"
