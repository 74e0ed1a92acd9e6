"""Vectors whose system chose otherwise than the contract, with the sentence that says so.

The test asserts ``ours`` in place of what the vector expects, for the same input, and that the
vector itself does not hold.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.vectors.vector import Data


class Ours(NamedTuple):
    """What holds with us."""

    page: str
    sentence: str
    expect: Data
    """In the words of the vector."""


JITTER = ("spec 4, Retry", "jitter full, inside the cap, drawn from (seed, path, attempt)")
USUAL = ("spec 4, Attempts", "without one, importance gives low 1, normal 3, high 4, critical 5")
BREAKER = ("spec 4, Breaker", "60 s window, ≥ 5 calls, ≥ 50 % failures, open 30 s growing")
TOKENS = ("spec 4, Budgets", "Retry tokens per target stop retry storms (gRPC throttle).")

DIFFERENT: dict[str, Ours] = {
    "asl-002": Ours(
        *USUAL, {"interval_s": 1, "backoff_rate": 2.0, "max_retries": 2, "delays_s": [1, 2, 4]}
    ),
    "asl-005": Ours(
        "spec 8, policy",
        "`jitter: full` by default, none when scripted unless written.",
        {"delay_bounds_s": [[0, 3], [0, 6], [0, 12]]},
    ),
    "polly-010": Ours(*JITTER, {"delay_s": 0.0}),
    "polly-014": Ours(*JITTER, {"delay_s": 0.4}),
    "polly-0110": Ours(*JITTER, {"delay_s": 1.0}),
    "polly-020": Ours(*JITTER, {"delay_s": 0.0}),
    "polly-025": Ours(*JITTER, {"delay_s": 1.5}),
    "polly-026": Ours(*JITTER, {"delay_s": 1.8}),
    "polly-0210": Ours(*JITTER, {"delay_s": 3.0}),
    "polly-030": Ours(*JITTER, {"delay_s": {"none": 1, "jitter": 0.5}}),
    "r4j-017": Ours(*JITTER, {"bounds_ms": [0, 100]}),
    "fs-005": Ours(*JITTER, {"delays": [0, 25, 50, 75, 99.99]}),
    "fs-006": Ours(*JITTER, {"delays": [0, 25, 50, 75, 100]}),
    "grpc-010": Ours(
        *JITTER, {"nominal_s": [0.1, 0.2, 0.4], "bounds_s": [[0, 0.1], [0, 0.2], [0, 0.4]]}
    ),
    "oai-007": Ours(*JITTER, {"nominal_s": [0.5, 1, 2, 4, 8, 8], "jitter": "full"}),
    "oai-006": Ours(*JITTER, {"delay_bounds_s": [0, 0.5]}),
    "sta-001": Ours(
        *JITTER,
        {
            "nominal_s": [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5],
            "formula": "U(0, min(max, initial*base^(n-1)))",
        },
    ),
    "tmp-001": Ours(
        "spec 4, Retry",
        "`max_attempts` includes the first",
        {"delays_s": [1, 2, 4, 8, 16, 32, 64, 100, 100], "unlimited": False},
    ),
    "tmp-003": Ours(
        "spec 8, policy",
        "`timeout` = one attempt (no default; expired: `timeout.attempt`); `total_timeout` = one"
        " player's attempts and waits (no default); the policy wall (`policy.wall`, 5 m by default",
        {"valid": True},
    ),
    "grpc-012": Ours(
        "spec 8, policy", "`max_retries: n` is read as `max_attempts: n+1`", {"valid": True}
    ),
    "grpc-014": Ours(
        "spec 8, policy",
        "After a `Retry-After` the backoff goes on with n.",
        {"nominal_delays_s": [0.1, 0.2, 0.5, 0.8]},
    ),
    "polly-061": Ours(
        "spec 4, Retry, Breaker and Hedging; spec 8, policy",
        "exponential 1 2 4 8 s and linear 5 10 15 s as in seed 003; jitter full … 60 s window, ≥ 5"
        " calls, ≥ 50 % failures, open 30 s growing … Hedging: off by default … `timeout` = one"
        " attempt (no default",
        {
            "retry": {"max_retries": 2, "base_s": 1, "type": "exponential", "jitter": True},
            "breaker": {
                "failure_ratio": 0.5,
                "minimum_throughput": 5,
                "sampling_s": 60,
                "break_s": 30,
            },
            "timeout_s": None,
            "hedging": None,
        },
    ),
    "r4j-019": Ours(
        *BREAKER,
        {
            "failure_rate_pct": 50,
            "slow_rate_pct": None,
            "slow_call_s": None,
            "window": "time 60",
            "min_calls": 5,
            "half_open_calls": 1,
            "wait_open_s": 30,
        },
    ),
    "env-002": Ours(
        "spec 8, Text, and spec 4, Breaker and Budgets",
        "`policy` at the top also holds `concurrency` (run, default 32) … 60 s window, ≥ 5 calls,"
        " ≥ 50 % failures, open 30 s growing … Retry tokens per target stop retry storms (gRPC"
        " throttle).",
        {
            "max_connections": None,
            "max_pending": None,
            "max_requests": 32,
            "max_retries": 2,
            "retry_budget_pct": None,
            "min_retry_concurrency": None,
            "consecutive_5xx": None,
            "interval_s": 60,
            "base_ejection_s": 30,
            "max_ejection_pct": None,
        },
    ),
    "lite-004": Ours(*BREAKER, {"cooldown": [True, False, False, True]}),
    "sre-001": Ours(*TOKENS, {"reject_probability": [0, 1, 1, 1, 0]}),
    "sre-002": Ours(
        "spec 4, Split of responsibility",
        "Attempts are **granted, never configured twice**: a player's reported internal attempts"
        " count",
        {"calls_at_bottom": [3, 3, 3]},
    ),
}
