"""Attempts that are granted: what is left, what counts, and what is too much."""

from __future__ import annotations

import pytest

from conductor_core.failure.grant import allowance, attempts_left, made, overstepped
from tests.unit.conductor_core.melodies import play
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.policy import Importance, Policy, Retry
from workflow_ir.steps import Guard


def guard(*numbers: int | None, importance: Importance = Importance.NORMAL) -> Guard:
    rules = tuple(Retry(max_attempts=number, on=("http.503",)) for number in numbers)
    return play(policy=Policy(retry=rules), importance=importance)


def test_the_allowance_is_the_most_that_any_rule_allows() -> None:
    assert allowance(guard(2, 6, 4)) == 6
    assert allowance(guard(2, None)) == 3
    assert allowance(guard(None, importance=Importance.CRITICAL)) == 5


@pytest.mark.parametrize(
    ("granted", "failures", "left"),
    [(1, 0, 1), (3, 0, 3), (9, 0, 5), (3, 3, 2), (3, 4, 1), (3, 5, 1), (3, 9, 1)],
)
def test_no_more_is_granted_than_is_left(granted: int, failures: int, left: int) -> None:
    assert attempts_left(granted, guard(5), failures) == left


@pytest.mark.parametrize(
    ("told", "granted", "counted"), [(None, 3, 3), (2, 3, 2), (0, 3, 1), (5, 3, 5), (1, 1, 1)]
)
def test_who_does_not_report_is_charged_its_grant(
    told: int | None, granted: int, counted: int
) -> None:
    assert made(StandardError.of("http.503", attempts=told), granted) == counted
    assert made(Success(None, internal_attempts=told), granted) == counted


def test_more_attempts_than_granted_are_a_breach() -> None:
    breach = overstepped(Success(1, usd=0.5, tokens=7, internal_attempts=4), 3, "hand")
    assert breach is not None
    assert (breach.code, breach.attempts, breach.cost) == ("policy.attempts", 4, Cost(0.5, 7))
    assert breach.message == "player 'hand' made 4 attempts by itself; 3 were granted"
    assert (breach.origin, breach.policy_limit, breach.detail) == ("conductor", "attempts", {})
    failed = StandardError.of("http.503", attempts=2, cost=Cost(0.1, 1))
    breach = overstepped(failed, 1, "hand")
    assert breach is not None
    assert (breach.cost, breach.detail) == (Cost(0.1, 1), {"instead_of": "http.503"})


@pytest.mark.parametrize("told", [None, 0, 1, 3])
def test_what_was_granted_is_no_breach(told: int | None) -> None:
    assert overstepped(Success(1, internal_attempts=told), 3, "hand") is None
    assert overstepped(StandardError.of("http.503", attempts=told), 3, "hand") is None
