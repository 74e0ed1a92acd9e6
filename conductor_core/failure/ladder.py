"""The recovery ladder: what to do about one failed attempt (spec 4, Recovery ladder).

Hard filters (``strikes``) strike out impossible rungs, each with a reason; of the rungs left, the
first in the ladder's order is taken, and inside it the candidate with the best score (``score``).
The ladder is the step's ``on_failure`` (of a failed gate: ``on_fail``), else what policy says for
the code or class, else that of the error's class.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from conductor_core.failure.facts import facts_of
from conductor_core.failure.renewal import handled_as
from conductor_core.failure.rules import matching, names
from conductor_core.failure.score import ranked
from conductor_core.failure.situation import Decision, Situation
from conductor_core.failure.strikes import may_leave_gap, strike
from conductor_core.failure.takers import NO_BUDGET, passed_over, takers
from conductor_core.failure.wait import wait_before_retry
from workflow_ir.policy import Rung
from workflow_ir.taxonomy import ErrorClass

CLASS_LADDERS: Mapping[ErrorClass, tuple[Rung, ...]] = MappingProxyType(
    {
        ErrorClass.TRANSIENT: (Rung.RETRY, Rung.FALLBACK),
        ErrorClass.BACKEND: (Rung.FALLBACK, Rung.RETRY),
        ErrorClass.AUTHENTICATION: (Rung.RETRY, Rung.FALLBACK),
        ErrorClass.RESOURCE: (Rung.RETRY, Rung.FALLBACK),
        ErrorClass.PERMANENT: (Rung.FALLBACK,),
        ErrorClass.ORCHESTRATION: (
            Rung.RETRY,
            Rung.FALLBACK,
            Rung.RECONSTRUCT,
            Rung.REROUTE,
            Rung.SKIP,
            Rung.ESCALATE,
        ),
        ErrorClass.CANCELLED: (),
    }
)
"""Rungs by class, in order; ``fail`` ends each of them (spec 8, ``on_failure``)."""

ESCALATE_AFTER = 3
"""From this failure of one player on, a transient error tries the next rung first (seed 004)."""

_NO_RECOVERY = frozenset({"policy.not_allowed", "policy.budget", "policy.deadline"})
"""Refusals of the project and of the run: no rung may hide them, nor a cancellation."""


def decide(situation: Situation) -> Decision:
    """Choose the way to go on after a failed attempt. Pure: same situation, same decision."""
    if situation.error.code == "policy.budget" and situation.on_exceeded not in (None, "fail"):
        return _exceeded(situation)
    rule, rungs = _ladder(situation)
    rejected: list[tuple[Rung, str]] = []
    for rung in rungs:
        if rung is Rung.FAIL:
            break
        reason = situation.struck.get(rung) or strike(rung, situation)
        if reason is None:
            return _taken(rung, rule, rejected, situation)
        rejected.append((rung, reason))
    for rung, reason in rejected:
        if reason == NO_BUDGET and rung not in situation.struck:
            # Nothing else is left: let the purse refuse it, so that the run says why it failed.
            # What was refused already would be refused for ever.
            others = [pair for pair in rejected if pair[0] is not rung]
            return _taken(rung, rule, others, situation)
    return Decision(Rung.FAIL, 0.0, rule, tuple(rejected), inputs=facts_of(situation))


def _taken(
    rung: Rung, rule: str, rejected: list[tuple[Rung, str]], situation: Situation
) -> Decision:
    again = rung is Rung.RETRY
    order = ranked(takers(rung, situation), situation)
    return Decision(
        rung,
        delay_s=wait_before_retry(situation) if again else 0.0,
        rule=rule,
        rejected=tuple(rejected),
        target=order[0][0] if order else None,
        inputs=facts_of(situation),
        ranked=order if len(order) > 1 else (),
        passed_over=passed_over(rung, situation),
        retry_rule=matching(situation.rules, situation.error) if again else None,
    )


def _ladder(situation: Situation) -> tuple[str, tuple[Rung, ...]]:
    """The rule that gives the ladder, and its rungs."""
    error = situation.error
    if error.code in _NO_RECOVERY or error.error_class is ErrorClass.CANCELLED:
        return f"code:{error.code}", ()
    if situation.on_failure is not None:
        return situation.written_as, situation.on_failure
    kind = handled_as(error, renewable=situation.refreshes_left > 0)
    for key in (error.code, kind.value):
        if key in situation.recovery:
            return f"recovery:{key}", situation.recovery[key]
    return f"class:{kind.value}", _class_ladder(kind, situation)


def _class_ladder(kind: ErrorClass, situation: Situation) -> tuple[Rung, ...]:
    rungs = CLASS_LADDERS[kind]
    place = matching(situation.rules, situation.error)
    if place is None:
        return rungs
    rule = situation.rules[place]
    if Rung.RETRY not in rungs and names(rule, situation.error):
        return (Rung.RETRY, *rungs)
    patient = rule.max_attempts is not None or situation.failures < ESCALATE_AFTER
    return rungs if patient or kind is not ErrorClass.TRANSIENT else (*rungs[1:], rungs[0])


def _exceeded(situation: Situation) -> Decision:
    """A used-up budget at a step that says what then (spec 4, Budgets)."""
    rule, inputs = "on_exceeded", facts_of(situation)
    if situation.on_exceeded == "skip":
        if may_leave_gap(situation):
            return Decision(Rung.SKIP, 0.0, rule, (), inputs=inputs)
        return Decision(Rung.FAIL, 0.0, rule, ((Rung.SKIP, "not_skippable"),), inputs=inputs)
    if situation.cheaper is not None:
        return Decision(Rung.FALLBACK, 0.0, rule, (), situation.cheaper, inputs)
    rejected = ((Rung.FALLBACK, "no_healthy_alternative"),)
    return Decision(Rung.FAIL, 0.0, rule, rejected, inputs=inputs)
