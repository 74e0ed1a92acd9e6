"""The facts a decision was taken on, as plain JSON for whoever asks why."""

from __future__ import annotations

from typing import Any

from conductor_core.failure.history import Tally
from conductor_core.failure.renewal import renewals
from conductor_core.failure.rules import allowed_attempts, matching
from conductor_core.failure.situation import Situation
from conductor_core.failure.wait import failures_by


def facts_of(situation: Situation) -> dict[str, Any]:
    """Whatever may have changed the outcome; what is absent or usual is left out."""
    error = situation.error
    place = matching(situation.rules, error)
    facts: dict[str, Any] = {
        "class": error.error_class.value,
        "code": error.code,
        "retryable": error.retryable.value,
        "effects": error.effects.value,
        "failures": situation.failures,
        "allowed": allowed_attempts(situation.rules, error, situation.importance),
        "importance": situation.importance.value,
        "rule": None if len(situation.rules) < 2 else place,
        "failures_by_rule": None if place is None else failures_by(place, situation),
        "alternatives": [one.player for one in situation.alternatives],
        "routes": [one.player for one in situation.routes],
        "retry_after_s": error.retry_after_s,
        "time_left_s": situation.time_left_s,
        "money_left_usd": situation.money_left_usd,
        "tokens_left": situation.tokens_left,
        "error_tolerance": situation.error_tolerance,
        "on_exceeded": situation.on_exceeded,
        "gap_accepted": situation.gap_accepted,
        "effects_once": situation.effects_once,
        "varied": situation.varied,
        "breaker_open": situation.breaker_open,
        "throttled": not situation.retry_token,
        "human": situation.human,
        "reconstructable": situation.reconstructable,
        "refreshes_left": situation.refreshes_left if renewals(error) else None,
        "history": {
            one.player: _history(one.history)
            for one in (*situation.alternatives, *situation.routes)
            if one.history.attempts
        },
    }
    if facts["failures_by_rule"] == situation.failures:
        del facts["failures_by_rule"]
    if situation.error_tolerance == "moderate":
        del facts["error_tolerance"]
    return {name: fact for name, fact in facts.items() if not _says_nothing(fact)}


def _history(tally: Tally) -> dict[str, float]:
    told = {
        "successes": tally.successes,
        "failures": tally.failures,
        "expected": tally.expected(),
        "confidence": tally.confidence(),
    }
    return {name: round(number, 3) for name, number in told.items()}


def _says_nothing(fact: object) -> bool:
    return fact is None or fact is False or fact in ([], {})
