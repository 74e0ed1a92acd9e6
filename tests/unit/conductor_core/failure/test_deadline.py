"""Nested time limits, and which of them counts."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.failure.deadline import CUTOFF, Limits
from conductor_core.failure.purse import Cutoff
from workflow_ir.policy import Policy

END = Cutoff(130.0, "the run", "policy.deadline")


def limits(cutoff: Cutoff | None = None, claim: float | None = None, **facts: Any) -> Limits:
    return Limits.of(Policy(**facts), claim, 100.0, cutoff)


@pytest.mark.parametrize(
    ("timeout", "claim", "attempt"),
    [(None, None, None), (5, None, 5), (None, 7, 7), (5, 7, 5), (9, 7, 7)],
)
def test_the_smaller_of_claim_and_policy_bounds_an_attempt(
    timeout: float | None, claim: float | None, attempt: float | None
) -> None:
    facts: dict[str, Any] = {} if timeout is None else {"timeout_s": timeout}
    assert limits(claim=claim, **facts).attempt_s == attempt


def test_the_tightest_limit_counts() -> None:
    assert limits().tightest(100.0) == (300.0, "wall")
    assert limits(timeout_s=5).tightest(100.0) == (5.0, "timeout")
    assert limits(total_timeout_s=20, timeout_s=25).tightest(104.0) == (16.0, "total_timeout")
    assert limits(END, wall_s=40).tightest(104.0) == (26.0, CUTOFF)
    assert limits(total_timeout_s=20).tightest(104.25) == (15.75, "total_timeout")
    assert limits(END).tightest(104.25) == (25.75, CUTOFF)


def test_of_limits_that_fall_together_the_outer_one_counts() -> None:
    same: dict[str, Any] = {"timeout_s": 30.0, "total_timeout_s": 30.0, "wall_s": 30.0}
    assert limits(END, **same).tightest(100.0) == (30.0, CUTOFF)
    assert limits(**same).tightest(100.0) == (30.0, "wall")
    assert limits(timeout_s=30.0, total_timeout_s=30.0).tightest(100.0) == (30.0, "total_timeout")


def test_time_left_is_that_of_the_total_limit_or_of_the_run() -> None:
    assert limits(timeout_s=5, wall_s=9).left(100.0) is None
    assert limits(total_timeout_s=20).left(104.5) == 15.5
    assert limits(END).left(104.5) == 25.5
    assert limits(END, total_timeout_s=20).left(100.0) == 20
    assert limits(END, total_timeout_s=40).left(100.0) == 30


def test_only_attempts_use_up_the_wall() -> None:
    here = limits(wall_s=10)
    here.worked(4)
    assert here.tightest(190.0) == (6.0, "wall")
    here.worked(0.25)
    assert here.wall_s == 5.75


def test_waiting_for_a_place_counts_against_the_run_only() -> None:
    here = limits(END, total_timeout_s=20)
    here.queued(5)
    assert here.ends == 125.0
    assert here.left(125.0) == 0.0
    without = limits()
    without.queued(5)
    assert without.ends is None


def test_limits_are_told_apart_by_microseconds() -> None:
    assert limits(total_timeout_s=0.3).left(100.1 + 0.1) == 0.1
    assert limits(total_timeout_s=0.3).tightest(100.1 + 0.1) == (0.1, "total_timeout")
    assert limits(END).tightest(129.9) == (0.1, CUTOFF)
    here = limits(wall_s=0.3)
    here.worked(0.1)
    assert here.wall_s == 0.2
