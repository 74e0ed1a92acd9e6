"""The score of players within a rung: every term by its number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.history import Tally
from conductor_core.failure.purse import Price
from conductor_core.failure.score import CLOSE, ranked, score
from conductor_core.failure.situation import Candidate
from tests.unit.conductor_core.failure.situations import situation
from workflow_ir.policy import Importance

GOOD, BAD = Tally(40, 0), Tally(0, 40)


def worth(one: Candidate | None = None, error: str = "player.bug", **facts: Any) -> float:
    return score(one or Candidate("b"), situation(error, **facts))


@pytest.mark.parametrize(
    ("importance", "expected"),
    [("low", 0.075), ("normal", 0.2), ("high", 0.325), ("critical", 0.45)],
)
def test_importance_weighs_a_success(importance: str, expected: float) -> None:
    assert worth(importance=Importance(importance)) == expected


def test_history_counts_by_its_lower_bound() -> None:
    assert worth(Candidate("b", history=BAD)) == -0.05
    assert worth(Candidate("b", history=Tally(10, 0))) == 0.31123


def test_risk_counts_in_full_where_nothing_is_tolerated() -> None:
    assert worth(error_tolerance="moderate") - worth(error_tolerance="minimal") == pytest.approx(
        0.05
    )


@pytest.mark.parametrize(
    ("left", "expected"),
    [(None, 0.2), (2.0, 0.125), (0.5, -0.1), (0.25, -0.1), (0.0, -0.1)],
)
def test_money_counts_by_the_share_of_what_is_left(left: float | None, expected: float) -> None:
    assert worth(Candidate("b", Price(0.5)), money_left_usd=left) == pytest.approx(expected)


def test_who_costs_nothing_loses_nothing() -> None:
    assert worth(money_left_usd=0.0) == worth(money_left_usd=1.0) == 0.2


def test_of_a_scarce_resource_a_price_is_measured_by_the_price_so_far() -> None:
    half = Candidate("b", Price(0.25))
    assert worth(half, "resource.quota", price=Price(0.5)) == pytest.approx(0.2 - 0.15)
    assert worth(half, "resource.quota") == 0.2
    assert worth(half, "player.bug", price=Price(0.5)) == 0.2
    assert worth(half, "resource.quota", price=Price(0.5), money_left_usd=1.0) == pytest.approx(
        0.2 - 0.075
    )


@pytest.mark.parametrize(
    ("left", "expected"), [(None, 0.2), (40.0, 0.125), (10.0, -0.1), (5.0, -0.1), (0.0, -0.1)]
)
def test_time_counts_where_it_is_known_what_an_attempt_takes(
    left: float | None, expected: float
) -> None:
    slow = Candidate("b", history=Tally(1, 1, 20.0))  # ten seconds each, and nothing is certain
    assert worth(slow, time_left_s=left) == pytest.approx(expected)
    assert worth(time_left_s=left) == 0.2


def order(*candidates: Candidate, **facts: Any) -> list[str]:
    return [name for name, _ in ranked(candidates, situation("player.bug", **facts))]


def test_a_better_player_is_asked_first() -> None:
    names = order(Candidate("bad", history=BAD), Candidate("new"), Candidate("good", history=GOOD))
    assert names == ["good", "new", "bad"]


@pytest.mark.parametrize(("price", "expected"), [(0.166, ["a", "b"]), (0.167, ["b", "a"])])
def test_a_player_must_be_better_by_a_twentieth_to_come_first(
    price: float, expected: list[str]
) -> None:
    assert order(Candidate("a", Price(price)), Candidate("b"), money_left_usd=1.0) == expected


def test_a_difference_of_just_a_twentieth_is_enough() -> None:
    a, b = Candidate("a", Price(1.0)), Candidate("b", Price(5 / 6))
    here = situation("player.bug", money_left_usd=1.0)
    assert round(score(b, here) - score(a, here), 6) == CLOSE
    assert order(a, b, money_left_usd=1.0) == ["b", "a"]


def test_players_alike_stand_as_they_were_written() -> None:
    assert order(*(Candidate(name) for name in "cab")) == ["c", "a", "b"]


def test_scores_are_told_with_the_names() -> None:
    assert ranked([Candidate("b")], situation("player.bug")) == (("b", 0.2),)
    assert ranked([], situation("player.bug")) == ()


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=6),
    st.sampled_from(Importance),
)
def test_nobody_is_asked_before_one_that_is_clearly_better(
    prices: list[float], importance: Importance
) -> None:
    candidates = [Candidate(str(n), Price(price)) for n, price in enumerate(prices)]
    here = situation("player.bug", money_left_usd=1.0, importance=importance)
    told = ranked(candidates, here)
    assert sorted(name for name, _ in told) == sorted(one.player for one in candidates)
    for place, (_, value) in enumerate(told):
        assert all(later - value < CLOSE for _, later in told[place + 1 :])
