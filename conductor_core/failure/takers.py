"""Who may take over, and what holds against the others (spec 4, Recovery ladder)."""

from __future__ import annotations

from collections.abc import Iterator

from conductor_core.failure.purse import Price
from conductor_core.failure.situation import Candidate, Situation
from workflow_ir.policy import Rung
from workflow_ir.taxonomy import ErrorClass

NO_BUDGET = "no_budget"


def candidates(rung: Rung, situation: Situation) -> tuple[Candidate, ...]:
    """The players among whom a rung chooses; empty for rungs that choose none."""
    return {Rung.FALLBACK: situation.alternatives, Rung.REROUTE: situation.routes}.get(rung, ())


def takers(rung: Rung, situation: Situation) -> tuple[Candidate, ...]:
    """Those that can; where money is all that stands against each of them, these."""
    against = [(one, _against(one, situation)) for one in candidates(rung, situation)]
    able = tuple(one for one, reason in against if reason is None)
    return able or tuple(one for one, reason in against if reason == NO_BUDGET)


def passed_over(rung: Rung, situation: Situation) -> tuple[tuple[str, str], ...]:
    """Those that cannot, each with its reason code."""
    return tuple(_refused(rung, situation))


def none_left(rung: Rung, situation: Situation) -> str | None:
    """Why nobody can take over, or None: somebody can."""
    if any(_against(one, situation) is None for one in candidates(rung, situation)):
        return None
    reasons = [reason for _, reason in _refused(rung, situation)]
    for reason in (NO_BUDGET, "breaker_open"):
        if reason in reasons:
            return reason
    return "no_healthy_alternative"


def affordable(price: Price, situation: Situation) -> bool:
    """Another attempt at this price can be paid."""
    usd, tokens = situation.money_left_usd, situation.tokens_left
    return (usd is None or price.usd <= usd) and (tokens is None or price.tokens <= tokens)


def _refused(rung: Rung, situation: Situation) -> Iterator[tuple[str, str]]:
    for one in candidates(rung, situation):
        reason = _against(one, situation)
        if reason is not None:
            yield one.player, reason


def _against(candidate: Candidate, situation: Situation) -> str | None:
    refused = situation.error.error_class is ErrorClass.AUTHENTICATION
    if refused and candidate.same_credential:
        return "same_credential"
    if candidate.breaker_open:
        return "breaker_open"
    return None if affordable(candidate.price, situation) else NO_BUDGET
