"""Retry tokens: what takes one, what gives some back, when a retry is allowed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conductor_core.failure.throttle import Tokens, counts
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Throttle


def test_by_default_the_fifth_failure_in_a_row_is_not_retried() -> None:
    tokens, allowed = Tokens.of(Throttle()), []
    for _ in range(6):
        tokens = tokens.failed()
        allowed.append(tokens.allows_retry)
    assert allowed == [True, True, True, True, False, False]


def test_ten_successes_pay_for_one_failure_exactly() -> None:
    tokens = Tokens.of(Throttle()).failed()
    for _ in range(10):
        tokens = tokens.succeeded()
    assert tokens.left == 10


def test_more_than_half_of_the_tokens_must_be_left() -> None:
    tokens = Tokens.of(Throttle(tokens=4, ratio=0.001)).failed().failed()
    assert not tokens.allows_retry
    assert tokens.succeeded().allows_retry


def test_tokens_are_never_more_than_all_and_never_less_than_none() -> None:
    tokens = Tokens.of(Throttle(tokens=2, ratio=1))
    assert tokens.succeeded().left == 2
    assert tokens.failed().failed().failed().left == 0
    assert tokens.failed().failed().failed().succeeded().left == 1


def test_what_could_not_be_paid_is_owed_until_the_next_call() -> None:
    quota = Tokens(most=10, refund=1, least=0, left=10)
    assert quota.failed(10).allows_retry
    assert not quota.failed(11).allows_retry
    assert quota.failed(11).succeeded().allows_retry


@pytest.mark.parametrize("code", ["http.500", "http.429", "transport.connect", "timeout.attempt"])
def test_a_failure_that_could_be_retried_takes_a_token(code: str) -> None:
    assert counts(StandardError.of(code))


@pytest.mark.parametrize(
    "code",
    ["http.400", "http.401", "player.bug", "cancelled", "policy.wall_time", "breaker.open",
     "resource.memory", "output.schema", "gate.failed"],
)  # fmt: skip
def test_any_other_failure_takes_none(code: str) -> None:
    assert not counts(StandardError.of(code))


class ThrottleMachine(RuleBasedStateMachine):
    """Against thousandths counted as whole numbers, as gRPC does."""

    @initialize(tokens=st.integers(1, 20), thousandths=st.integers(1, 3000))
    def begin(self, tokens: int, thousandths: int) -> None:
        self.most = self.left = tokens * 1000
        self.refund = thousandths
        self.tokens = Tokens.of(Throttle(tokens=tokens, ratio=thousandths / 1000))

    @rule()
    def fail(self) -> None:
        self.left = max(0, self.left - 1000)
        self.tokens = self.tokens.failed()

    @rule()
    def succeed(self) -> None:
        self.left = min(self.most, self.left + self.refund)
        self.tokens = self.tokens.succeeded()

    @invariant()
    def as_many_are_left(self) -> None:
        if hasattr(self, "tokens"):
            assert round(Fraction(str(self.tokens.left)) * 1000) == self.left
            assert self.tokens.allows_retry is (2 * self.left > self.most)


ThrottleMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
TestThrottle = ThrottleMachine.TestCase
