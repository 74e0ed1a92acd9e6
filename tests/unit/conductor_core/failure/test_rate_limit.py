"""So many beginnings in a minute: exactly, whoever waits between reserving and beginning."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from conductor_core.failure.rate_limit import PERIOD_S, RateLimit


def test_without_a_limit_nobody_waits() -> None:
    limit = RateLimit()
    for _ in range(1000):
        assert limit.reserve(0, None) == 0
        limit.begin(0)


def test_who_comes_too_early_is_told_how_long() -> None:
    limit = RateLimit()
    for now in (0, 20):
        assert limit.reserve(now, 2) == 0
        limit.begin(now)
    assert limit.reserve(30, 2) == 30
    assert limit.reserve(59.5, 2) == 0.5
    assert limit.reserve(60, 2) == 0
    limit.begin(60)
    assert limit.reserve(60, 2) == 20


def test_a_beginning_counts_from_when_it_is_and_not_from_when_it_was_reserved() -> None:
    limit = RateLimit()
    assert limit.reserve(0, 1) == 0
    limit.begin(50)
    assert limit.reserve(60, 1) == 50


def test_where_all_are_reserved_nobody_can_tell_how_long() -> None:
    limit = RateLimit()
    assert limit.reserve(0, 1) == 0
    assert limit.reserve(1000, 1) is None
    limit.give_back()
    assert limit.reserve(1000, 1) == 0


def test_what_is_reserved_and_what_has_begun_count_together() -> None:
    limit = RateLimit()
    for now in (0, 10):
        assert limit.reserve(now, 3) == 0
        limit.begin(now)
    assert limit.reserve(20, 3) == 0
    assert limit.reserve(30, 3) == 30  # the first is over at 60
    assert limit.reserve(30, 2) == 40  # the second at 70
    assert limit.reserve(30, 1) is None


def test_asking_how_long_reserves_nothing() -> None:
    limit = RateLimit()
    assert limit.wait_s(0, 1) == limit.wait_s(0, 1) == limit.reserve(0, 1) == 0


def test_beginnings_of_two_callers_may_come_out_of_order() -> None:
    limit = RateLimit()
    for _ in range(2):
        assert limit.reserve(0, 2) == 0
    limit.begin(5)
    limit.begin(4)
    assert limit.reserve(64.5, 1) == 0.5


class RateMachine(RuleBasedStateMachine):
    """Against the list of all beginnings there ever were."""

    @initialize(per_minute=st.integers(1, 5))
    def begin(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self.limit, self.now, self.held = RateLimit(), 1_000_000, 0
        self.began: list[int] = []

    @rule(seconds=st.sampled_from([1, 7, 20, 59, 60, 61]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def reserve(self) -> None:
        wait_s = self.limit.reserve(self.now, self.per_minute)
        young = [at for at in self.began if self.now - at < PERIOD_S]
        if len(young) + self.held < self.per_minute:
            assert wait_s == 0
            self.held += 1
        elif self.held >= self.per_minute:
            assert wait_s is None
        else:
            assert wait_s is not None
            assert wait_s > 0
            left = [at for at in young if self.now + wait_s - at < PERIOD_S]
            sooner = [at for at in young if self.now + wait_s - 1 - at < PERIOD_S]
            assert len(left) + self.held < self.per_minute <= len(sooner) + self.held

    @precondition(lambda self: self.held)
    @rule()
    def start(self) -> None:
        self.held -= 1
        self.began.append(self.now)
        self.limit.begin(self.now)

    @precondition(lambda self: self.held)
    @rule()
    def give_back(self) -> None:
        self.held -= 1
        self.limit.give_back()

    @invariant()
    def no_minute_sees_more_beginnings_than_are_allowed(self) -> None:
        for first in getattr(self, "began", ()):
            minute = [at for at in self.began if first <= at < first + PERIOD_S]
            assert len(minute) <= self.per_minute


RateMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestRate = RateMachine.TestCase
