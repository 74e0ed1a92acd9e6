"""Within a rung: which of several players takes over (spec 4, Recovery ladder; seed 000's table).

``U = p · importance − 0.3 · cost share − 0.3 · time share − risk · (1 − tolerance)``: a likely
success counts for more at an important step, money and time count for more when little is left.
A term of which nothing is known is nothing. Another player must be better by ``CLOSE`` to be
asked before one that was written first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from conductor_core.failure.situation import Candidate, Situation
from workflow_ir.policy import Importance
from workflow_ir.taxonomy import ErrorClass

WEIGHT: Mapping[Importance, float] = MappingProxyType(
    {
        Importance.LOW: 0.25,
        Importance.NORMAL: 0.5,
        Importance.HIGH: 0.75,
        Importance.CRITICAL: 1.0,
    }
)
"""What a success is worth."""

COST_WEIGHT = 0.3
TIME_WEIGHT = 0.3

RISK = 0.1
"""That another player answers differently: the same for a fallback and a reroute."""

TOLERANCE: Mapping[str, float] = MappingProxyType({"minimal": 0.0, "moderate": 0.5})
"""Of risk, by ``error_tolerance``."""

CLOSE = 0.05
"""Scores that differ by less are equal, so that a hair's breadth reorders nothing."""


def score(candidate: Candidate, situation: Situation) -> float:
    """The worth of asking this player next, rounded to 1e-6."""
    worth = candidate.history.expected() * WEIGHT[situation.importance]
    cost = COST_WEIGHT * _share(candidate.price.usd, _money(situation))
    time = TIME_WEIGHT * _share(candidate.history.mean_s, situation.time_left_s)
    risk = RISK * (1 - TOLERANCE[situation.error_tolerance])
    return round(worth - cost - time - risk, 6)


def ranked(candidates: Sequence[Candidate], situation: Situation) -> tuple[tuple[str, float], ...]:
    """Candidates with their scores, the best first; close ones keep their order."""
    left = [(one.player, score(one, situation)) for one in candidates]
    order: list[tuple[str, float]] = []
    while left:
        most = max(worth for _, worth in left)
        best = next(pair for pair in left if round(most - pair[1], 6) < CLOSE)
        left.remove(best)
        order.append(best)
    return tuple(order)


def _money(situation: Situation) -> float | None:
    """What a price is measured by: the money left; of a scarce resource, the price so far."""
    if situation.money_left_usd is not None:
        return situation.money_left_usd
    scarce = situation.error.error_class is ErrorClass.RESOURCE
    return situation.price.usd if scarce and situation.price.usd > 0 else None


def _share(needed: float | None, left: float | None) -> float:
    """How much of what is left is needed, at most all of it; 0 where either is unknown."""
    if not needed or left is None:
        return 0.0
    return min(1.0, needed / left) if left > 0 else 1.0
