"""What holds where nobody writes anything, and where frameworks would retry by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import openai
import pydantic
import requests
from langgraph.types import RetryPolicy

from conductor_core.failure.classify import classify
from conductor_core.failure.wait import wait_before_retry
from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.failure.situations import chosen, situation
from tests.unit.conductor_core.melodies import melody, play, player, step
from tests.unit.conductor_core.stand import Stand, code, naps
from tests.vectors.vector import Data, Draw, Handler
from workflow_ir.frozen import Frozen
from workflow_ir.outcome import StandardError
from workflow_ir.policy import (
    DEFAULT_ATTEMPTS,
    Breaker,
    Importance,
    Jitter,
    Policy,
    Retry,
    RunPolicy,
    Throttle,
)


def defaults(given: Data, expect: Data) -> None:
    """The numbers of a policy in which nothing is written."""
    assert given == {}
    assert {name: USUAL[name] for name in expect} == expect


def _usual() -> dict[str, Any]:
    breaker, policy = Breaker(), Policy()
    retries = DEFAULT_ATTEMPTS[Importance.NORMAL] - 1
    drawn = situation("http.503", jitter=Jitter.FULL, rng=Draw(0.5))
    plain = situation("http.503")
    assert isinstance(policy.retry, Retry)
    return {
        "retry": {
            "max_retries": retries,
            "base_s": wait_before_retry(plain),
            "type": policy.retry.backoff,
            "jitter": wait_before_retry(drawn) < wait_before_retry(plain),
        },
        "breaker": {
            "failure_ratio": breaker.failures,
            "minimum_throughput": breaker.calls,
            "sampling_s": breaker.window_s,
            "break_s": breaker.open_s,
        },
        "timeout_s": policy.timeout_s,
        "hedging": policy.hedge,
        "failure_rate_pct": breaker.failures * 100,
        "slow_rate_pct": _knob(Breaker, "slow_rate"),
        "slow_call_s": _knob(Breaker, "slow_call_s"),
        "window": f"time {breaker.window_s:g}",
        "min_calls": breaker.calls,
        "half_open_calls": breaker.probes,
        "wait_open_s": breaker.open_s,
        "max_connections": _knob(RunPolicy, "connections"),
        "max_pending": _knob(RunPolicy, "pending"),
        "max_requests": RunPolicy().concurrency,
        "max_retries": retries,
        "retry_budget_pct": _knob(Throttle, "budget"),
        "min_retry_concurrency": _knob(Throttle, "concurrency"),
        "consecutive_5xx": _knob(Breaker, "consecutive"),
        "interval_s": breaker.window_s,
        "base_ejection_s": breaker.open_s,
        "max_ejection_pct": _knob(Breaker, "ejected"),
    }


def _knob(kind: type[Frozen], name: str) -> Any:
    """The default of a knob that others have; None: we have none of that name."""
    field = kind.model_fields.get(name)
    return None if field is None else field.default


USUAL = _usual()


def bounded_all_the_same(given: Data, expect: Data) -> None:
    """Without any time limit written a policy is valid, since the policy wall always stands."""
    policy = Policy(timeout_s=given["start_to_close"], total_timeout_s=given["schedule_to_close"])
    stand = Stand({"hand": naps(policy.wall_s * 2)})
    result = stand.run(melody(step("a", play(policy=policy)), players={"hand": player()}))
    valid = (code(result), stand.elapsed) == ("policy.wall_time", policy.wall_s)
    assert valid is expect["valid"]


# --- LangGraph's own choice -------------------------------------------------------------------


def _requests(status: int) -> Exception:
    response = requests.Response()
    response.status_code = status
    return requests.HTTPError("no", response=response)


def _httpx(status: int) -> Exception:
    request = httpx.Request("GET", "http://x.test")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status))


def _openai(kind: Callable[..., Exception], status: int) -> Exception:
    request = httpx.Request("GET", "http://x.test")
    return kind("no", response=httpx.Response(status, request=request), body=None)


def _invalid() -> Exception:
    try:
        pydantic.TypeAdapter(int).validate_python("no")
    except pydantic.ValidationError as error:
        return error
    raise AssertionError


ERRORS: Mapping[str, tuple[Callable[[], Exception], bool]] = {
    "requests.HTTPError 400": (lambda: _requests(400), False),
    "requests.HTTPError 429": (lambda: _requests(429), True),
    "httpx.HTTPStatusError 429": (lambda: _httpx(429), True),
    "httpx 503": (lambda: _httpx(503), True),
    "openai.BadRequestError": (lambda: _openai(openai.BadRequestError, 400), False),
    "openai.AuthenticationError": (lambda: _openai(openai.AuthenticationError, 401), False),
    "TimeoutError": (TimeoutError, True),
    "ConnectionResetError": (lambda: ConnectionResetError("gone"), True),
    "MemoryError": (MemoryError, False),
    "pydantic.ValidationError": (_invalid, False),
    "RuntimeError": (lambda: RuntimeError("no"), False),
}
"""How each is made, and whether we would try it again."""


def by_framework(given: Data, expect: Data) -> None:
    """What the framework does by itself, and what we do about the same exceptions."""
    made = [ERRORS[name][0]() for name in given["errors"]]
    by_default = RetryPolicy().retry_on
    assert callable(by_default)
    assert [bool(by_default(error)) for error in made] == expect["retry"]
    ours = [chosen(classify(error)) == "retry" for error in made]
    assert ours == [ERRORS[name][1] for name in given["errors"]]


# --- retries in retries -----------------------------------------------------------------------


def at_the_bottom(given: Data, expect: Data) -> None:
    """Calls that arrive when every layer below ours would retry as well, but keeps its grant."""
    for layers, wanted in zip(given["attempts_per_layer"], expect["calls_at_bottom"], strict=True):
        assert calls(layers) == wanted


def calls(layers: list[int]) -> int:
    """Calls at the bottom of this many attempts a layer; the first layer is the conductor's."""
    made: list[int] = []

    async def hand(request: PlayRequest, grant: Grant) -> StandardError:
        before = len(made)

        def layer(depth: int) -> None:
            if depth == len(layers):
                if len(made) - before < grant.attempts:
                    made.append(request.attempt)
                return
            for _ in range(layers[depth]):
                layer(depth + 1)

        layer(1)
        return StandardError.of("http.503", attempts=len(made) - before)

    most = 1
    for attempts in layers[1:]:
        most *= attempts
    policy = Policy(retry=Retry(max_attempts=layers[0]))
    spec = player(grant_attempts=most)
    Stand({"hand": hand}).run(melody(step("a", play(policy=policy)), players={"hand": spec}))
    return len(made)


TOPICS: Mapping[str, Handler] = {
    "defaults": defaults,
    "timeouts-required": bounded_all_the_same,
    "default-retry-on": by_framework,
    "amplification": at_the_bottom,
}
