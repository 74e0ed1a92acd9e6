"""Every row of the research's mapping table (failure.md, section 3), with the real exceptions."""

from __future__ import annotations

import asyncio
import concurrent.futures
import errno
import json
import os
import signal
import subprocess
import sys
import urllib.error
from collections.abc import Callable
from email.message import Message
from typing import NamedTuple

import httpx
import pytest

from conductor_core.failure.classify import classify, is_control_flow
from conductor_core.failure.exit_code import from_exit_code
from conductor_core.failure.http_status import from_status
from tests.unit.conductor_core.failure.foreign import (
    answered,
    made,
    of_anthropic,
    of_crewai,
    of_langchain,
    of_langgraph,
    of_litellm,
    of_openai,
    of_requests,
)
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import Effects, ErrorClass, FaultDomain, Retryable, facts

YES, NO, AFTER, UNKNOWN = Retryable.YES, Retryable.NO, Retryable.AFTER, Retryable.UNKNOWN
TRANSIENT, BACKEND, AUTH = ErrorClass.TRANSIENT, ErrorClass.BACKEND, ErrorClass.AUTHENTICATION
RESOURCE, PERMANENT, ORCH = ErrorClass.RESOURCE, ErrorClass.PERMANENT, ErrorClass.ORCHESTRATION


class Row(NamedTuple):
    make: Callable[[], BaseException]
    code: str
    error_class: ErrorClass
    retryable: Retryable
    effects: Effects = Effects.NONE
    fallback: bool = True


def _os(number: int) -> BaseException:
    return OSError(number, os.strerror(number))


def _raised(call: Callable[[], object]) -> BaseException:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - it is what is wanted
        return error
    raise AssertionError("nothing was raised")


def _exited(code: str) -> BaseException:
    argv = [sys.executable, "-S", "-E", "-c", code]
    return _raised(lambda: subprocess.run(argv, check=True, capture_output=True))


def _from(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


POSSIBLE = Effects.POSSIBLE
ROWS: dict[str, Row] = {
    "httpx ConnectTimeout": Row(
        lambda: httpx.ConnectTimeout("x"), "transport.connect", TRANSIENT, YES),
    "httpx ConnectError": Row(lambda: httpx.ConnectError("x"), "transport.connect", TRANSIENT, YES),
    "httpx PoolTimeout": Row(lambda: httpx.PoolTimeout("x"), "transport.connect", TRANSIENT, YES),
    "httpx ReadTimeout": Row(
        lambda: httpx.ReadTimeout("x"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "httpx ReadError": Row(
        lambda: httpx.ReadError("x"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "httpx RemoteProtocolError": Row(
        lambda: httpx.RemoteProtocolError("x"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "httpx WriteError": Row(
        lambda: httpx.WriteError("x"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "httpx WriteTimeout": Row(
        lambda: httpx.WriteTimeout("x"), "transport.read", TRANSIENT, YES, POSSIBLE),
    **{
        f"httpx {kind.__name__}": Row(
            lambda kind=kind: kind("x"), "config.request", PERMANENT, NO, fallback=False)  # type: ignore[misc]
        for kind in (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL,
                     httpx.TooManyRedirects, httpx.DecodingError)
    },
    "status 408": Row(lambda: answered(408), "http.408", TRANSIENT, YES, POSSIBLE),
    "status 425": Row(lambda: answered(425), "http.425", TRANSIENT, YES),
    "status 409": Row(lambda: answered(409), "http.409", TRANSIENT, YES),
    "status 429 with a hint": Row(
        lambda: answered(429, retry_after="7"), "http.429", TRANSIENT, AFTER),
    "status 429 without": Row(lambda: answered(429), "http.429", RESOURCE, YES),
    "status 429 of a quota": Row(
        lambda: answered(429, '{"error": {"code": "insufficient_quota"}}', retry_after="7"),
        "resource.quota", RESOURCE, NO),
    "status 500": Row(lambda: answered(500), "http.500", BACKEND, YES, POSSIBLE),
    "status 502": Row(lambda: answered(502), "http.502", BACKEND, YES, POSSIBLE),
    "status 503": Row(lambda: answered(503), "http.503", BACKEND, YES),
    "status 504": Row(lambda: answered(504), "http.504", BACKEND, YES, POSSIBLE),
    "status 529": Row(lambda: answered(529), "http.529", BACKEND, YES),
    "status 401": Row(lambda: answered(401), "auth.denied", AUTH, NO),
    "status 401 expired": Row(lambda: answered(401, "token expired"), "auth.expired", AUTH, NO),
    "status 403": Row(lambda: answered(403), "http.403", PERMANENT, NO),
    "status 404": Row(lambda: answered(404), "http.404", PERMANENT, NO),
    "status 405": Row(lambda: answered(405), "http.405", PERMANENT, NO, fallback=False),
    "status 410": Row(lambda: answered(410), "http.410", PERMANENT, NO),
    "status 400": Row(lambda: answered(400), "http.400", PERMANENT, NO, fallback=False),
    "status 413": Row(lambda: answered(413), "http.413", PERMANENT, NO, fallback=False),
    "status 422": Row(lambda: answered(422), "http.422", PERMANENT, NO, fallback=False),
    "status 400 of a context": Row(
        lambda: answered(400, '{"code": "context_length_exceeded"}'), "output.context", ORCH, NO),
    "status 402": Row(lambda: answered(402), "http.402", RESOURCE, NO),
    "openai APITimeoutError": Row(
        lambda: of_openai("APITimeoutError"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "openai APIConnectionError": Row(
        lambda: of_openai("APIConnectionError"), "transport.connect", TRANSIENT, YES),
    "openai APIConnectionError of a broken answer": Row(
        lambda: _from(of_openai("APIConnectionError"), httpx.ReadError("x")),
        "transport.read", TRANSIENT, YES, POSSIBLE),
    "openai APITimeoutError before a connection": Row(
        lambda: _from(of_openai("APITimeoutError"), httpx.ConnectTimeout("x")),
        "transport.connect", TRANSIENT, YES),
    "openai RateLimitError": Row(
        lambda: of_openai("RateLimitError", 429, retry_after="2"), "http.429", TRANSIENT, AFTER),
    "openai RateLimitError of a quota": Row(
        lambda: of_openai("RateLimitError", 429, "You exceeded your current quota, please check"),
        "resource.quota", RESOURCE, NO),
    "openai AuthenticationError": Row(
        lambda: of_openai("AuthenticationError", 401), "auth.denied", AUTH, NO),
    "openai PermissionDeniedError": Row(
        lambda: of_openai("PermissionDeniedError", 403), "http.403", PERMANENT, NO),
    "openai NotFoundError": Row(lambda: of_openai("NotFoundError", 404), "http.404", PERMANENT, NO),
    "openai BadRequestError": Row(
        lambda: of_openai("BadRequestError", 400), "http.400", PERMANENT, NO, fallback=False),
    "openai UnprocessableEntityError": Row(
        lambda: of_openai("UnprocessableEntityError", 422),
        "http.422", PERMANENT, NO, fallback=False),
    "openai ConflictError": Row(
        lambda: of_openai("ConflictError", 409), "http.409", TRANSIENT, YES),
    "openai InternalServerError": Row(
        lambda: of_openai("InternalServerError", 503), "http.503", BACKEND, YES),
    "anthropic RateLimitError": Row(
        lambda: of_anthropic("RateLimitError", 429, retry_after="2"), "http.429", TRANSIENT, AFTER),
    "anthropic OverloadedError": Row(
        lambda: of_anthropic("OverloadedError", 529), "http.529", BACKEND, YES),
    "anthropic BadRequestError of a prompt": Row(
        lambda: of_anthropic("BadRequestError", 400, "prompt is too long: 300000 tokens"),
        "output.context", ORCH, NO),
    "anthropic BadRequestError of money": Row(
        lambda: of_anthropic("BadRequestError", 400, "Your credit balance is too low"),
        "resource.quota", RESOURCE, NO),
    "anthropic APITimeoutError": Row(
        lambda: of_anthropic("APITimeoutError"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "anthropic APIConnectionError": Row(
        lambda: of_anthropic("APIConnectionError"), "transport.connect", TRANSIENT, YES),
    "litellm RateLimitError": Row(
        lambda: of_litellm("RateLimitError", status=429), "http.429", RESOURCE, YES),
    "litellm ContextWindowExceededError": Row(
        lambda: of_litellm("ContextWindowExceededError", "BadRequestError", status=400),
        "output.context", ORCH, NO),
    "litellm ContentPolicyViolationError": Row(
        lambda: of_litellm("ContentPolicyViolationError", "BadRequestError", status=400),
        "output.refused", PERMANENT, NO),
    "litellm Timeout": Row(
        lambda: of_litellm("Timeout", status=408), "transport.read", TRANSIENT, YES, POSSIBLE),
    "litellm ServiceUnavailableError": Row(
        lambda: of_litellm("ServiceUnavailableError", status=503), "http.503", BACKEND, YES),
    "litellm MidStreamFallbackError": Row(
        lambda: of_litellm("MidStreamFallbackError", "ServiceUnavailableError", status=503,
                           generated_content="Once upon"),
        "transport.read", TRANSIENT, YES, POSSIBLE),
    "litellm PaymentRequiredError": Row(
        lambda: of_litellm("PaymentRequiredError", "BadRequestError", status=402),
        "http.402", RESOURCE, NO),
    "litellm BudgetExceededError, of the proxy and not of the run": Row(
        lambda: made("litellm.exceptions", "BudgetExceededError", status_code=429)("over"),
        "resource.quota", RESOURCE, NO),
    "litellm GuardrailRaisedException": Row(
        lambda: made("litellm.exceptions", "GuardrailRaisedException", status_code=400)("no"),
        "output.refused", PERMANENT, NO),
    "litellm BlockedPiiEntityError": Row(
        lambda: made("litellm.exceptions", "BlockedPiiEntityError", status_code=400)("no"),
        "output.refused", PERMANENT, NO),
    "langchain ModelTimeoutError": Row(
        lambda: of_langchain("ModelTimeoutError"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "langchain ModelConnectionError": Row(
        lambda: of_langchain("ModelConnectionError"), "transport.connect", TRANSIENT, YES),
    "langchain ModelRateLimitError": Row(
        lambda: of_langchain("ModelRateLimitError"), "http.429", RESOURCE, YES),
    "langchain ModelAPIError": Row(
        lambda: of_langchain("ModelAPIError"), "http.500", BACKEND, YES, POSSIBLE),
    "langchain ModelAuthenticationError": Row(
        lambda: of_langchain("ModelAuthenticationError"), "auth.denied", AUTH, NO),
    "langchain ModelPermissionDeniedError": Row(
        lambda: of_langchain("ModelPermissionDeniedError"), "http.403", PERMANENT, NO),
    "langchain ModelInvalidRequestError": Row(
        lambda: of_langchain("ModelInvalidRequestError"),
        "http.400", PERMANENT, NO, fallback=False),
    "langchain ModelNotFoundError": Row(
        lambda: of_langchain("ModelNotFoundError"), "http.404", PERMANENT, NO),
    "langchain ContextOverflowError": Row(
        lambda: of_langchain("ContextOverflowError"), "output.context", ORCH, NO),
    "langchain OutputParserException": Row(
        lambda: of_langchain("OutputParserException"), "output.format", ORCH, YES, POSSIBLE),
    "langgraph NodeTimeoutError": Row(
        lambda: of_langgraph("NodeTimeoutError", "n", 1.0, kind="run", run_timeout=0.5),
        "timeout.attempt", TRANSIENT, YES, POSSIBLE),
    "langgraph NodeCancelledError": Row(
        lambda: of_langgraph("NodeCancelledError", "n"),
        "player.cancelled_self", PERMANENT, NO, POSSIBLE),
    "langgraph GraphRecursionError": Row(
        lambda: of_langgraph("GraphRecursionError", "limit of 25"),
        "loop.exhausted", ORCH, NO, POSSIBLE, fallback=False),
    "langgraph InvalidUpdateError": Row(
        lambda: of_langgraph("InvalidUpdateError", "x"),
        "config.invalid", PERMANENT, NO, fallback=False),
    "crewai LLMContextLengthExceededError": Row(
        lambda: of_crewai("LLMContextLengthExceededError"), "output.context", ORCH, NO),
    "crewai OutputParserError": Row(
        lambda: of_crewai("OutputParserError"), "output.format", ORCH, YES, POSSIBLE),
    "crewai ConverterError": Row(
        lambda: of_crewai("ConverterError"), "output.format", ORCH, YES, POSSIBLE),
    "crewai ToolUsageError": Row(
        lambda: of_crewai("ToolUsageError"), "player.tool", PERMANENT, NO, POSSIBLE),
    "crewai guardrail of a task": Row(
        lambda: Exception("Task failed guardrail validation after 3 retries. Last error: no"),
        "gate.failed", ORCH, YES, POSSIBLE),
    "crewai guardrail of an agent": Row(
        lambda: ValueError("Agent's guardrail failed validation after 3 retries. Last error: no"),
        "gate.failed", ORCH, YES, POSSIBLE),
    "requests HTTPError, whose response is false": Row(
        lambda: of_requests("HTTPError", 404), "http.404", PERMANENT, NO),
    "requests HTTPError 429": Row(
        lambda: of_requests("HTTPError", 429, retry_after="3"), "http.429", TRANSIENT, AFTER),
    "requests ConnectTimeout": Row(
        lambda: of_requests("ConnectTimeout"), "transport.connect", TRANSIENT, YES),
    "requests ReadTimeout": Row(
        lambda: of_requests("ReadTimeout"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "requests ChunkedEncodingError": Row(
        lambda: of_requests("ChunkedEncodingError"), "transport.read", TRANSIENT, YES, POSSIBLE),
    "requests MissingSchema": Row(
        lambda: of_requests("MissingSchema"), "config.request", PERMANENT, NO, fallback=False),
    "urllib HTTPError": Row(
        lambda: urllib.error.HTTPError("http://x.test", 503, "busy", Message(), None),
        "http.503", BACKEND, YES),
    "asyncio TimeoutError": Row(
        asyncio.TimeoutError, "timeout.attempt", TRANSIENT, YES, POSSIBLE),
    "TimeoutError of an errno": Row(
        lambda: _os(errno.ETIMEDOUT), "timeout.attempt", TRANSIENT, YES, POSSIBLE),
    "asyncio CancelledError": Row(
        asyncio.CancelledError, "player.cancelled_self", PERMANENT, NO, POSSIBLE),
    "concurrent CancelledError": Row(
        concurrent.futures.CancelledError, "player.cancelled_self", PERMANENT, NO, POSSIBLE),
    "json JSONDecodeError": Row(
        lambda: _raised(lambda: json.loads("{")), "output.format", ORCH, YES, POSSIBLE),
    "ECONNRESET": Row(
        lambda: _os(errno.ECONNRESET), "transport.read", TRANSIENT, YES, POSSIBLE),
    "ECONNREFUSED": Row(lambda: _os(errno.ECONNREFUSED), "transport.connect", TRANSIENT, YES),
    "ECONNABORTED": Row(
        lambda: _os(errno.ECONNABORTED), "transport.read", TRANSIENT, YES, POSSIBLE),
    "EPIPE": Row(lambda: _os(errno.EPIPE), "transport.read", TRANSIENT, YES, POSSIBLE),
    "EHOSTUNREACH": Row(lambda: _os(errno.EHOSTUNREACH), "transport.connect", TRANSIENT, YES),
    "ENOSPC": Row(lambda: _os(errno.ENOSPC), "resource.disk", RESOURCE, YES, POSSIBLE),
    "EMFILE": Row(lambda: _os(errno.EMFILE), "resource.disk", RESOURCE, YES, POSSIBLE),
    "ENOMEM": Row(lambda: _os(errno.ENOMEM), "resource.memory", RESOURCE, YES, POSSIBLE),
    "EAGAIN": Row(lambda: _os(errno.EAGAIN), "resource.memory", RESOURCE, YES, POSSIBLE),
    "ENOENT": Row(lambda: _os(errno.ENOENT), "config.missing", PERMANENT, NO),
    "EACCES": Row(lambda: _os(errno.EACCES), "config.missing", PERMANENT, NO),
    "EISDIR": Row(lambda: _os(errno.EISDIR), "config.missing", PERMANENT, NO),
    "MemoryError, never again in this process": Row(
        MemoryError, "resource.memory", RESOURCE, NO, POSSIBLE),
    "subprocess TimeoutExpired": Row(
        lambda: subprocess.TimeoutExpired("x", 1), "timeout.attempt", TRANSIENT, YES, POSSIBLE),
    "CalledProcessError 1": Row(
        lambda: _exited("raise SystemExit(1)"), "player.crash", PERMANENT, NO, POSSIBLE),
    "CalledProcessError 2": Row(
        lambda: _exited("raise SystemExit(2)"), "input.invalid", PERMANENT, NO),
    "CalledProcessError of a traceback": Row(
        lambda: _exited("raise MemoryError"), "resource.memory", RESOURCE, YES, POSSIBLE),
    "CalledProcessError of a signal": Row(
        lambda: _exited("import os; os.kill(os.getpid(), 9)"),
        "resource.memory", RESOURCE, YES, POSSIBLE),
    **{
        f"{kind.__name__} of a player": Row(
            lambda kind=kind: kind("x"), "player.bug", PERMANENT, NO, POSSIBLE)  # type: ignore[misc]
        for kind in (KeyError, TypeError, AttributeError, AssertionError, ImportError, SyntaxError)
    },
    "nothing known": Row(
        lambda: RuntimeError("odd"), "player.crash", PERMANENT, UNKNOWN, POSSIBLE),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_an_exception_is_classified_as_its_row_of_the_table_says(name: str) -> None:
    row = ROWS[name]
    error = classify(row.make())
    assert (error.code, error.error_class, error.retryable, error.effects) == row[1:5]
    known = facts(error.code)
    assert known is not None
    assert known.fallback is row.fallback
    assert StandardError.from_json(json.loads(json.dumps(error.to_json()))) == error


def test_a_timeout_of_asyncio_is_an_os_error_and_told_before_it() -> None:
    expired = asyncio.TimeoutError
    assert issubclass(expired, OSError)
    assert classify(expired(errno.ENOSPC, "x")).code == "timeout.attempt"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("GraphBubbleUp", ()),
        ("GraphInterrupt", ()),
        ("GraphDrained", ()),
        ("ParentCommand", (None,)),
    ],
)
def test_control_flow_of_langgraph_is_no_failure(name: str, args: tuple[object, ...]) -> None:
    error = of_langgraph(name, *args)
    assert is_control_flow(error)
    nested = BaseExceptionGroup("h", [error])
    assert is_control_flow(BaseExceptionGroup("g", [KeyError("a"), nested]))


def test_a_failure_of_langgraph_is_no_control_flow() -> None:
    assert not is_control_flow(of_langgraph("GraphRecursionError", "x"))
    assert not is_control_flow(ExceptionGroup("g", [KeyError("a")]))


def test_a_refused_credential_is_data_for_whoever_can_renew_it() -> None:
    for status in (401, 403):
        assert classify(answered(status)).fault_domain is FaultDomain.CREDENTIAL


def test_attempts_that_a_client_made_by_itself_are_counted() -> None:
    error = of_litellm("RateLimitError", status=429, num_retries=2)
    assert classify(error).attempts == 3
    assert classify(of_litellm("RateLimitError", status=429)).attempts is None


def test_a_context_that_an_integration_derives_from_a_bad_request_is_a_context() -> None:
    import langchain_core.exceptions
    import openai

    both = (openai.BadRequestError, langchain_core.exceptions.ContextOverflowError)
    kind = type("OpenAIContextOverflowError", both, {"__module__": "langchain_openai.chat_models"})
    response = answered(400).response
    assert classify(kind("x", response=response, body=None)).code == "output.context"


def test_a_broken_connection_of_requests_is_told_from_one_never_made() -> None:
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

    never = _from(requests.ConnectionError("x"), NewConnectionError(None, "refused"))  # type: ignore[arg-type]
    broken = _from(requests.ConnectionError("x"), ProtocolError("Connection aborted."))
    umbrella = MaxRetryError(None, "/")  # type: ignore[arg-type]
    again = _from(requests.ConnectionError("x"), _from(umbrella, ProtocolError("aborted")))
    effects = [classify(each).effects for each in (never, broken, again)]
    assert effects == [Effects.NONE, Effects.POSSIBLE, Effects.POSSIBLE]


def test_a_body_that_was_not_received_is_not_read() -> None:
    import requests

    response = requests.Response()  # a stream: `.text` would wait for the network
    response.status_code = 429
    asked: list[object] = []

    class Raw:
        def read(self, *size: object) -> bytes:
            asked.append(size)
            return b""

    response.raw = Raw()
    error = requests.HTTPError("429", response=response)
    assert classify(error).code == "http.429"
    assert (asked, response._content_consumed) == ([], False)


@pytest.mark.parametrize("code", [1, 2, 124, 126, 127, -9, 137, -15, 143, -24, 152, -11, -6, 77])
def test_every_exit_code_gives_an_error_that_survives_json(code: int) -> None:
    error = from_exit_code(code, said="x")
    assert StandardError.from_json(error.to_json()) == error
    assert error.exit_code == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_of_our_own_is_the_bound_that_it_was_sent_for(number: int) -> None:
    ours = from_exit_code(-number, stopped_for="policy.wall_time")
    other = from_exit_code(-number)
    assert (ours.code, ours.retryable, ours.layer) == ("policy.wall_time", NO, "policy")
    assert other.code != "policy.wall_time"


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_has_an_error_with_its_status(status: int) -> None:
    error = from_status(status, "x")
    assert error.http_status == status
    assert (error.error_class is BACKEND) == (status >= 500)
