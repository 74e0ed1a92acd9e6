"""Tallies: Wilson's bounds, what is expected, how much is known, and how the past fades."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.history import HALF_LIFE, NO_HISTORY, Tally, Z

COUNTS = st.floats(0, 1000, allow_subnormal=False)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_is_wilsons(successes: int, failures: int) -> None:
    n, z = successes + failures + 1, 1.96
    share = (successes + 1) / n  # the textbook's form
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    spread = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    found = Tally(successes + 1, failures).interval()
    assert found == pytest.approx((middle - spread, middle + spread))


@pytest.mark.parametrize(
    ("successes", "failures", "low", "high"),
    [(10, 0, 0.722, 1.0), (95, 5, 0.888, 0.978), (0, 10, 0.0, 0.278)],
)
def test_the_interval_of_known_numbers(
    successes: float, failures: float, low: float, high: float
) -> None:
    assert Tally(successes, failures).interval() == pytest.approx((low, high), abs=5e-4)


def test_no_bound_leaves_its_range_by_rounding() -> None:
    assert Tally(1023, 0).interval()[1] == 1.0
    assert Tally(0, 1023).interval()[0] == 0.0


def test_a_share_that_may_just_be_a_half_is_expected_to_be_one() -> None:
    even = Z * Z  # with so many attempts the bound that counts is a half exactly
    assert Tally(0, even).interval() == (0.0, 0.5)
    assert Tally(0, even).expected() == 0.5
    assert Tally(even, 0).expected() == 0.5


def test_without_history_the_share_may_be_anything() -> None:
    assert NO_HISTORY.interval() == (0.0, 1.0)
    assert NO_HISTORY.expected() == 0.5
    assert NO_HISTORY.mean_s is None


@given(COUNTS, COUNTS)
def test_the_bounds_stand_round_the_share(successes: float, failures: float) -> None:
    low, high = Tally(successes, failures).interval()
    assert 0 <= low <= high <= 1
    if successes + failures > 0:
        share = successes / (successes + failures)
        assert low - 1e-9 <= share <= high + 1e-9


@pytest.mark.parametrize(
    ("successes", "failures", "certain"),
    [(3, 0, False), (4, 0, True), (0, 3, False), (0, 4, True), (5, 5, False), (60, 40, True),
     (59, 41, False), (40, 60, True)],
)  # fmt: skip
def test_nothing_is_expected_but_a_half_until_it_is_certain(
    successes: float, failures: float, certain: bool
) -> None:
    tally = Tally(successes, failures)
    assert tally.expected() == (tally.interval()[0] if certain else 0.5)


@given(st.integers(0, 60), st.integers(0, 60))
def test_one_more_success_never_lowers_what_is_expected(successes: int, failures: int) -> None:
    before = Tally(successes, failures + 1).expected()
    assert Tally(successes + 1, failures).expected() >= before


def test_the_past_fades_by_half_in_fifty_attempts() -> None:
    tally = Tally(8, 4, 12)
    for _ in range(HALF_LIFE):
        tally = tally.after(succeeded=False)
    assert (tally.successes, tally.seconds) == pytest.approx((4, 6))
    assert tally.failures > 4
    assert HALF_LIFE == 50


def test_an_attempt_counts_in_full_where_it_belongs() -> None:
    assert Tally().after(succeeded=True, seconds=2) == (1, 0, 2)
    assert Tally().after(succeeded=False, seconds=3) == (0, 1, 3)
    faded = 0.5 ** (1 / 50)
    assert Tally(1, 1, 4).after(succeeded=True, seconds=2) == pytest.approx(
        (faded + 1, faded, 4 * faded + 2)
    )


def test_attempts_and_their_mean() -> None:
    assert Tally(1, 3, 10).attempts == 4
    assert Tally(1, 3, 10).mean_s == 2.5


@given(st.integers(1, 200), st.integers(0, 200))
def test_confidence_is_one_less_the_deviation_of_a_beta(successes: int, failures: int) -> None:
    a, b = 0.5 + successes, 1 + failures
    deviation = sqrt(a / (a + b) * (b / (a + b)) / (a + b + 1))
    assert Tally(successes, failures).confidence() == pytest.approx(1 - deviation)
    assert 0.7 <= Tally(successes, failures).confidence() < 1
