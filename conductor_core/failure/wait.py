"""How long the same player waits before it tries again (spec 4, Retry)."""

from __future__ import annotations

from copy import copy

from conductor_core.failure.backoff import backoff
from conductor_core.failure.renewal import renewals
from conductor_core.failure.rules import matching
from conductor_core.failure.situation import Situation
from workflow_ir.outcome import StandardError


def wait_before_retry(situation: Situation) -> float:
    """Seconds: none with a renewed credential, else the provider's hint, else the rule's backoff.

    Asked twice it answers alike: the draw leaves the situation's source of random as it was.
    """
    if renewing(situation):
        return 0.0
    hint = hint_of(situation.error)
    if hint is not None:
        return hint
    place = matching(situation.rules, situation.error)
    assert place is not None
    rule = situation.rules[place]
    failures = max(1, failures_by(place, situation))
    return backoff(rule, failures, jitter=rule.jitter or situation.jitter, rng=copy(situation.rng))


def hint_of(error: StandardError) -> float | None:
    """The provider's hint, seconds; one below zero or that is no number says nothing."""
    hint = error.retry_after_s
    return hint if hint is not None and hint >= 0 else None


def renewing(situation: Situation) -> bool:
    """The next attempt would come with a renewed credential."""
    return renewals(situation.error) > 0 and situation.refreshes_left > 0


def failures_by(place: int, situation: Situation) -> int:
    """Failures of the current player that count for one retry rule."""
    return situation.by_rule[place] if situation.by_rule else situation.failures
