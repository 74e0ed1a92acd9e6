"""Budgets: what is reserved, what is charged, what is refused, when the time is over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.purse import FREE, Price, Purse, cheaper
from workflow_ir.policy import Budget


def spend(purse: Purse, declared: Price, told: Price = FREE) -> None:
    purse.reserve(declared)
    purse.settle(declared, told)


def limit(purse: Purse, cost: Price) -> str | None:
    error = purse.lacks(cost)
    return None if error is None else error.policy_limit


def test_what_a_player_declares_is_charged_where_it_tells_nothing() -> None:
    purse = Purse()
    spend(purse, Price(0.5, 100))
    spend(purse, Price(0.5, 100), Price(0.2, 0))
    spend(purse, FREE, Price(0.1, 7))
    assert (purse.usd, purse.tokens, purse.attempts) == (0.8, 207, 3)


def test_a_budget_may_be_used_to_its_last_cent() -> None:
    purse = Purse(Budget(usd=0.3))
    for _ in range(3):
        assert purse.lacks(Price(0.1)) is None
        spend(purse, Price(0.1))
    assert limit(purse, Price(0.1)) == "budget.usd"
    assert purse.lacks(FREE) is None


def test_attempts_that_go_on_count_with_what_was_reserved() -> None:
    purse = Purse(Budget(tokens=100))
    purse.reserve(Price(0, 60))
    assert limit(purse, Price(0, 50)) == "budget.tokens"
    purse.settle(Price(0, 60), Price(0, 10))
    assert limit(purse, Price(0, 50)) is None
    assert limit(purse, Price(0, 90)) is None
    assert limit(purse, Price(0, 91)) == "budget.tokens"


def test_attempts_are_counted_when_they_begin() -> None:
    purse = Purse(Budget(attempts=1))
    purse.reserve(FREE)
    assert limit(purse, FREE) == "budget.attempts"


def test_what_is_spent_inside_is_spent_outside_and_each_bound_holds() -> None:
    run = Purse(Budget(usd=1))
    step = Purse(Budget(usd=0.5), "step 'x'", outer=run)
    spend(step, Price(0.4))
    assert (run.usd, step.usd) == (0.4, 0.4)
    refused = step.lacks(Price(0.2))
    assert refused is not None
    assert "step 'x'" in refused.message
    spend(run, Price(0.5))
    refused = step.lacks(Price(0.1 + 0.05))
    assert refused is not None
    assert (refused.code, refused.error_class.value) == ("policy.budget", "resource_constraint")
    assert refused.origin == "conductor"


@pytest.mark.parametrize(
    ("budget", "limit_", "fact"),
    [
        (Budget(usd=0.3), "budget.usd", "0.4 USD with this attempt, of 0.3"),
        (Budget(tokens=7), "budget.tokens", "8 tokens with this attempt, of 7"),
        (Budget(attempts=1), "budget.attempts", "1 attempts were made"),
    ],
)
def test_a_refusal_says_which_limit_is_used_up_and_by_how_much(
    budget: Budget, limit_: str, fact: str
) -> None:
    purse = Purse(budget)
    purse.reserve(Price(0.1, 2))
    refused = purse.lacks(Price(0.3, 6))
    assert refused is not None
    assert refused.message == f"the budget of the run is used up: {fact}"
    assert (refused.origin, refused.policy_limit) == ("conductor", limit_)


def test_what_is_reserved_inside_is_held_outside_and_the_outer_bound_refuses() -> None:
    run = Purse(Budget(tokens=10))
    step = Purse(None, "step 'x'", outer=run)
    step.reserve(Price(0.1, 6))
    assert (run.held_usd, run.held_tokens, run.attempts) == (0.1, 6, 1)
    assert step.lacks(Price(0, 4)) is None
    refused = step.lacks(Price(0, 5))
    assert refused is not None
    assert "the budget of the run" in refused.message


def test_what_is_left_is_neither_spent_nor_reserved() -> None:
    purse = Purse(Budget(usd=1, tokens=100))
    assert purse.left() == (1.0, 100)
    spend(purse, Price(0.1, 10))
    purse.reserve(Price(0.2, 20))
    assert purse.left() == (0.7, 70)
    spend(purse, FREE, Price(5, 500))
    assert purse.left() == (0.0, 0)


@pytest.mark.parametrize(
    ("outer", "inner", "left"),
    [
        (None, None, (None, None)),
        (None, Budget(usd=2, tokens=20), (2.0, 20)),
        (Budget(usd=1), Budget(tokens=20), (1.0, 20)),
        (Budget(tokens=10), Budget(usd=2), (2.0, 10)),
        (Budget(usd=1, tokens=10), Budget(usd=2, tokens=20), (1.0, 10)),
        (Budget(usd=3, tokens=30), Budget(usd=2, tokens=20), (2.0, 20)),
    ],
)
def test_of_purses_in_each_other_the_one_with_less_says_what_is_left(
    outer: Budget | None, inner: Budget | None, left: tuple[float | None, int | None]
) -> None:
    between = Purse(None, "the melody", outer=Purse(outer))
    assert Purse(inner, "step 'x'", outer=between).left() == left


def test_the_end_of_a_time_says_whose_it_was() -> None:
    step = Purse(Budget(wall_s=10), "step 'y'", began=120, outer=Purse(Budget(wall_s=60)))
    ends = Purse(Budget(wall_s=60)).cutoff(), Purse(Budget(wall_s=10), "step 'y'",
                                                    outer=Purse()).cutoff()  # fmt: skip
    assert step.cutoff() == (60, "the run", "policy.deadline")
    told = [None if end is None else end.error() for end in ends]
    assert [(one.code, one.message, one.origin, one.policy_limit) for one in told if one] == [
        ("policy.deadline", "the time of the run is used up", "conductor", "budget.wall"),
        ("policy.budget", "the time of step 'y' is used up", "conductor", "budget.wall"),
    ]


def test_the_first_end_counts_and_of_equal_ones_the_outer() -> None:
    run = Purse(Budget(wall_s=60), began=100)
    step = Purse(Budget(wall_s=50), "step 'x'", began=110, outer=run)
    late = Purse(Budget(wall_s=10), "step 'y'", began=120, outer=run)
    cutoffs = [purse.cutoff() for purse in (run, step, late, Purse())]
    assert [None if one is None else (one.at, one.code) for one in cutoffs] == [
        (160, "policy.deadline"), (160, "policy.deadline"), (130, "policy.budget"), None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limit_", "expected"),
    [("budget.usd", "b"), ("budget.tokens", "c"), ("budget.attempts", None), ("", None),
     ("usd", None), ("tokens", None)],
)  # fmt: skip
def test_cheaper_is_the_next_that_costs_less_of_what_ran_short(
    limit_: str, expected: str | None
) -> None:
    others = (("a", Price(2, 20)), ("b", Price(0.5, 10)), ("c", Price(0, 5)))
    assert cheaper(Price(1, 10), others, limit_) == expected


def test_where_nobody_costs_less_nobody_is_cheaper() -> None:
    same = (("a", Price(1, 10)), ("b", Price(2, 20)))
    assert cheaper(Price(1, 10), same, "budget.usd") is None
    assert cheaper(Price(1, 10), same, "budget.tokens") is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=30))
def test_no_order_of_attempts_spends_more_than_the_budget_if_players_keep_to_their_word(
    attempts: list[tuple[int, int, bool]],
) -> None:
    purse, going = Purse(Budget(usd=1.0, tokens=20)), []
    for dimes, tokens, end in attempts:
        price = Price(dimes / 10, tokens)
        if purse.lacks(price) is None:
            purse.reserve(price)
            going.append(price)
        if end and going:
            purse.settle(going.pop(0), FREE)
    for price in going:
        purse.settle(price, FREE)
    assert purse.usd <= 1.0
    assert purse.tokens <= 20
    assert (purse.held_usd, purse.held_tokens) == (0, 0)
