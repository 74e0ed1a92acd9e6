"""Hard filters: why a rung is impossible, as a reason code (spec 4, Recovery ladder)."""

from __future__ import annotations

from conductor_core.failure.backoff import LONGEST_HINT_S
from conductor_core.failure.rules import allowed_attempts, insists, matching
from conductor_core.failure.situation import Situation
from conductor_core.failure.takers import NO_BUDGET, affordable, none_left
from conductor_core.failure.wait import failures_by, hint_of, renewing, wait_before_retry
from workflow_ir.policy import Importance, Rung
from workflow_ir.taxonomy import Effects, ErrorClass, Retryable, facts


def strike(rung: Rung, situation: Situation) -> str | None:
    """The reason code why a rung is impossible, or None."""
    match rung:
        case Rung.RETRY:
            return _retry(situation)
        case Rung.FALLBACK:
            return _fallback(situation)
        case Rung.RECONSTRUCT:
            return None if situation.reconstructable else "no_later_artifact"
        case Rung.REROUTE:
            return _other_player(rung, situation)
        case Rung.SKIP:
            return _skip(situation)
        case Rung.ESCALATE:
            return None if situation.human else "no_human"
        case Rung.FAIL:
            return None


def may_leave_gap(situation: Situation) -> bool:
    """A gap that the step has not written for this failure is acceptable here."""
    important = situation.importance in (Importance.HIGH, Importance.CRITICAL)
    return situation.gap_accepted and not important


def _retry(situation: Situation) -> str | None:
    error = situation.error
    place = matching(situation.rules, error)
    if place is None:
        return "not_retryable"
    rule = situation.rules[place]
    if error.retryable is Retryable.NO and not renewing(situation) and not insists(rule, error):
        return "not_retryable"
    wished = bool(rule.on) or situation.varied or _written(situation)
    if error.error_class is ErrorClass.ORCHESTRATION and not wished:
        return "no_changed_parameters"
    allowed = allowed_attempts(situation.rules, error, situation.importance)
    if failures_by(place, situation) >= allowed:
        return "attempts_exhausted"
    if _unsafe(situation):
        return "unsafe_effects"
    if _left_alone(situation) and not renewing(situation):
        return "breaker_open"
    if not situation.retry_token:
        return "no_retry_token"
    return _too_late(situation) or (None if affordable(situation.price, situation) else NO_BUDGET)


def _left_alone(situation: Situation) -> bool:
    """The breaker would still be open when the player tries again."""
    left = situation.breaker_left_s
    return situation.breaker_open and (left is None or wait_before_retry(situation) < left)


def _too_late(situation: Situation) -> str | None:
    hint, left = hint_of(situation.error), situation.time_left_s
    if hint is not None and hint > LONGEST_HINT_S and not renewing(situation):
        return "past_deadline"
    if left is not None and wait_before_retry(situation) >= left:
        return "past_deadline"
    return None


def _fallback(situation: Situation) -> str | None:
    error = situation.error
    permanent = error.error_class is ErrorClass.PERMANENT
    if permanent and not error.code.startswith("player.") and not _written(situation):
        return "fault_in_task"
    return _other_player(Rung.FALLBACK, situation)


def _other_player(rung: Rung, situation: Situation) -> str | None:
    """What holds against every other player, else why none of them can take over."""
    row = facts(situation.error.code)
    if row is not None and not row.fallback:
        return "fault_in_task"
    if _unsafe(situation):
        return "unsafe_effects"
    return none_left(rung, situation)


def _unsafe(situation: Situation) -> bool:
    """The player may act only once, and may have acted."""
    return situation.effects_once and situation.error.effects is not Effects.NONE


def _skip(situation: Situation) -> str | None:
    if situation.on_failure is not None:
        return None
    tolerant = situation.error_tolerance != "minimal" or _written(situation)
    return None if tolerant and may_leave_gap(situation) else "not_skippable"


def _written(situation: Situation) -> bool:
    """The ladder was written for this failure, at the step or in its policy."""
    error = situation.error
    by_policy = error.code in situation.recovery or error.error_class.value in situation.recovery
    return situation.on_failure is not None or by_policy
