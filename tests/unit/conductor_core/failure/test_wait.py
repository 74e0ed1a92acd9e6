"""The wait before a retry: renewal, then hint, then the rule's own backoff."""

from __future__ import annotations

import random
from typing import Any

import pytest

from conductor_core.failure.wait import wait_before_retry
from tests.unit.conductor_core.failure.situations import situation
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Jitter, Retry


def waited(error: StandardError | str = "http.503", **facts: Any) -> float:
    return wait_before_retry(situation(error, **facts))


def test_the_rule_that_holds_gives_the_delay_by_its_own_count() -> None:
    rules = (Retry(on=("http.500",), initial_s=7), Retry(initial_s=2))
    assert waited(rules=rules, failures=9, by_rule=(5, 3)) == 8
    assert waited("http.500", rules=rules, failures=9, by_rule=(1, 3)) == 7


def test_without_counts_by_rule_all_failures_count() -> None:
    assert waited(failures=4) == 8
    assert waited(failures=4, by_rule=(2,)) == 2


def test_a_failure_that_was_not_counted_waits_as_the_first() -> None:
    assert waited(failures=1, by_rule=(0,)) == 1


@pytest.mark.parametrize(
    ("of_rule", "of_run", "drawn"),
    [(None, Jitter.FULL, True), (None, Jitter.NONE, False), (Jitter.FULL, Jitter.NONE, True),
     (Jitter.NONE, Jitter.FULL, False)],
)  # fmt: skip
def test_jitter_is_the_rules_else_the_runs(
    of_rule: Jitter | None, of_run: Jitter, drawn: bool
) -> None:
    delay = waited(retry=Retry(initial_s=50, jitter=of_rule), jitter=of_run)
    assert (delay < 50) is drawn


def test_asked_twice_it_answers_alike_and_leaves_the_source_alone() -> None:
    rng = random.Random(5)
    here = situation("http.503", rng=rng, jitter=Jitter.FULL, retry=Retry(initial_s=60))
    first = random.Random(5).uniform(0, 60)
    assert [wait_before_retry(here), wait_before_retry(here)] == [first, first]
    assert rng.random() == random.Random(5).random()


@pytest.mark.parametrize(("hint", "expected"), [(0.0, 0.0), (7.5, 7.5), (-1.0, 1.0), (None, 1.0)])
def test_a_hint_comes_before_the_backoff(hint: float | None, expected: float) -> None:
    error = StandardError.of("http.503", retry_after_s=hint)
    assert waited(error, jitter=Jitter.NONE) == expected


def test_after_a_renewal_nothing_is_waited_for() -> None:
    error = StandardError.of("auth.expired", retry_after_s=9)
    assert waited(error, refreshes_left=1) == 0
    assert waited(error, refreshes_left=0) == 9
    assert waited("http.503", refreshes_left=1) == 1
