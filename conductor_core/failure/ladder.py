"""The recovery ladder: what to do about one failed attempt (spec 4, Recovery ladder).

Hard filters strike out impossible rungs, each with a reason; of the rungs left, the first in the
ladder's order is taken. The ladder is the step's ``on_failure``, else that of the error's class.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from conductor_core.failure.backoff import LONGEST_HINT_S, backoff
from workflow_ir.outcome import StandardError
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance, Jitter, Retry, Rung
from workflow_ir.taxonomy import Effects, ErrorClass, Retryable, facts

_ORCHESTRATION = (
    Rung.RETRY,
    Rung.FALLBACK,
    Rung.RECONSTRUCT,
    Rung.REROUTE,
    Rung.SKIP,
    Rung.ESCALATE,
)

CLASS_LADDERS: dict[ErrorClass, tuple[Rung, ...]] = {
    ErrorClass.TRANSIENT: (Rung.RETRY, Rung.FALLBACK),
    ErrorClass.BACKEND: (Rung.FALLBACK, Rung.RETRY),
    ErrorClass.AUTHENTICATION: (Rung.FALLBACK,),
    ErrorClass.RESOURCE: (Rung.RETRY, Rung.FALLBACK),
    ErrorClass.PERMANENT: (Rung.FALLBACK,),
    ErrorClass.ORCHESTRATION: _ORCHESTRATION,
    ErrorClass.CANCELLED: (),
}
"""Rungs by class, in order; ``fail`` ends each of them (spec 8, ``on_failure``)."""

ESCALATE_AFTER = 3
"""From this failure of one player on, a transient error tries the next rung first (seed 004)."""

_NO_RECOVERY = frozenset({"policy.not_allowed", "policy.budget", "policy.deadline"})
"""Refusals of the project and of the run: no rung may hide them, nor a cancellation."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a decision may depend on; nothing else is read."""

    error: StandardError
    failures: int
    """Failures of the current player so far, this one included."""
    alternatives: tuple[str, ...]
    """Players left in the fallback order."""
    retry: Retry
    importance: Importance
    on_failure: tuple[Rung, ...] | None
    """The step's own ladder for this kind of failure, if written."""
    gap_accepted: bool
    """An unwritten skip is possible: every reader accepts a gap and it is not inside a map."""
    effects_once: bool
    """The player may act at most once."""
    time_left_s: float | None
    """Until the player's total limit, seconds; None: no limit."""
    jitter: Jitter
    rng: random.Random
    on_exceeded: Literal["fail", "skip", "cheaper"] | None = None
    """What the step does when a budget is used up; None: ``fail``."""
    cheaper: str | None = None
    """Of the alternatives: the next that costs less of what has run short."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why."""

    rung: Rung
    delay_s: float
    rule: str
    """Where it came from: ``on_failure``, ``class:NAME``, ``code:CODE`` or ``on_exceeded``."""
    rejected: tuple[tuple[Rung, str], ...]
    """Rungs that stood before it and the reason code that struck each."""
    target: str | None = None
    """Of a fallback: the player that takes over."""

    def to_json(self) -> dict[str, object]:
        """For the journal and ``explain``."""
        return {
            "decision": self.rung.value,
            "delay_s": round(self.delay_s, 6),
            "rule": self.rule,
            "rejected": [{"rung": rung.value, "reason": why} for rung, why in self.rejected],
            "target": self.target,
        }


def allowed_attempts(retry: Retry, importance: Importance) -> int:
    """Attempts of one player: the written number, else by importance."""
    if retry.max_attempts is not None:
        return retry.max_attempts
    return DEFAULT_ATTEMPTS[importance]


def decide(situation: Situation) -> Decision:
    """Choose the way to go on after a failed attempt. Pure: same situation, same decision."""
    error = situation.error
    if error.code == "policy.budget" and situation.on_exceeded not in (None, "fail"):
        return _decide_exceeded(situation)
    if situation.on_failure is not None:
        rule, rungs = "on_failure", situation.on_failure
    else:
        rule, rungs = f"class:{error.error_class.value}", _class_ladder(situation)
    if error.code in _NO_RECOVERY or error.error_class is ErrorClass.CANCELLED:
        rule, rungs = f"code:{error.code}", ()
    rejected: list[tuple[Rung, str]] = []
    for rung in rungs:
        if rung is Rung.FAIL:
            break
        delay = _delay(situation) if rung is Rung.RETRY else 0.0
        reason = _strike(rung, delay, situation)
        if reason is None:
            target = situation.alternatives[0] if rung is Rung.FALLBACK else None
            return Decision(rung, delay, rule, tuple(rejected), target)
        rejected.append((rung, reason))
    return Decision(Rung.FAIL, 0.0, rule, tuple(rejected))


def _decide_exceeded(situation: Situation) -> Decision:
    """A used-up budget at a step that says what then (spec 4, Budgets)."""
    rule = "on_exceeded"
    if situation.on_exceeded == "skip":
        if _may_leave_gap(situation):
            return Decision(Rung.SKIP, 0.0, rule, ())
        return Decision(Rung.FAIL, 0.0, rule, ((Rung.SKIP, "not_skippable"),))
    if situation.cheaper is not None:
        return Decision(Rung.FALLBACK, 0.0, rule, (), situation.cheaper)
    return Decision(Rung.FAIL, 0.0, rule, ((Rung.FALLBACK, "no_healthy_alternative"),))


def _class_ladder(situation: Situation) -> tuple[Rung, ...]:
    rungs = CLASS_LADDERS[situation.error.error_class]
    escalates = (
        situation.error.error_class is ErrorClass.TRANSIENT
        and situation.retry.max_attempts is None
        and situation.failures >= ESCALATE_AFTER
    )
    return (*rungs[1:], rungs[0]) if escalates else rungs


def _delay(situation: Situation) -> float:
    hint = _hint(situation.error)
    if hint is not None:
        return hint
    return backoff(situation.retry, situation.failures, jitter=situation.jitter, rng=situation.rng)


def _hint(error: StandardError) -> float | None:
    """The provider's hint; one below zero or that is no number says nothing."""
    hint = error.retry_after_s
    return hint if hint is not None and hint >= 0 else None


def _strike(rung: Rung, delay: float, situation: Situation) -> str | None:
    """The reason code why a rung is impossible, or None."""
    match rung:
        case Rung.RETRY:
            return _strike_retry(delay, situation)
        case Rung.FALLBACK:
            return _strike_fallback(situation)
        case Rung.SKIP:
            return _strike_skip(situation)
        case Rung.RECONSTRUCT:
            return "no_later_artifact"
        case Rung.REROUTE:
            return "no_healthy_alternative"
        case Rung.ESCALATE:
            return "no_human"
        case Rung.FAIL:
            return None


def _strike_retry(delay: float, situation: Situation) -> str | None:
    error, retry = situation.error, situation.retry
    if error.retryable is Retryable.NO:
        return "not_retryable"
    if retry.on and not {error.code, error.error_class.value}.intersection(retry.on):
        return "not_retryable"
    unwritten = situation.on_failure is None and not retry.on
    if unwritten and error.error_class is ErrorClass.ORCHESTRATION:
        return "no_changed_parameters"
    if situation.failures >= allowed_attempts(retry, situation.importance):
        return "attempts_exhausted"
    if situation.effects_once and error.effects is not Effects.NONE:
        return "unsafe_effects"
    if _hint(error) is not None and delay > LONGEST_HINT_S:
        return "past_deadline"
    if situation.time_left_s is not None and delay >= situation.time_left_s:
        return "past_deadline"
    return None


def _strike_fallback(situation: Situation) -> str | None:
    error = situation.error
    row = facts(error.code)
    unwritten = situation.on_failure is None
    permanent = error.error_class is ErrorClass.PERMANENT
    helps = error.code.startswith("player.")
    if (row is not None and not row.fallback) or (unwritten and permanent and not helps):
        return "fault_in_task"
    if situation.effects_once and error.effects is not Effects.NONE:
        return "unsafe_effects"
    if not situation.alternatives:
        return "no_healthy_alternative"
    return None


def _strike_skip(situation: Situation) -> str | None:
    if situation.on_failure is not None:
        return None
    return None if _may_leave_gap(situation) else "not_skippable"


def _may_leave_gap(situation: Situation) -> bool:
    important = situation.importance in (Importance.HIGH, Importance.CRITICAL)
    return situation.gap_accepted and not important
