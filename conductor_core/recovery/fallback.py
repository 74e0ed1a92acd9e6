"""``fallback``: the next player takes over, with limits of its own."""

from __future__ import annotations

from conductor_core.failure.deadline import Limits
from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Part, Way
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass


async def fallback(going: Going, error: StandardError, decision: Decision) -> Way:
    """The player that was chosen goes on; the others may still take over, in their order.

    Whoever was passed over because it costs too much is not asked any more.
    """
    others = going.progress.others
    place = next(k for k, part in enumerate(others) if part.player == decision.target)
    before = [] if decision.rule == "on_exceeded" else others[:place]
    hand_over(going, error, others[place], [*before, *others[place + 1 :]])
    return Way.AGAIN


def hand_over(going: Going, error: StandardError, part: Part, others: list[Part]) -> None:
    """Another player begins: backoff and allowance start anew, attempts count on (spec 8)."""
    task, stage, progress = going.task, going.stage, going.progress
    refused = error.error_class is ErrorClass.AUTHENTICATION or error.code == "http.403"
    hides = refused or error.code == "player.bug"
    progress.hidden = progress.hidden or hides
    progress.part, progress.others = part, others
    now = stage.clock.now()
    progress.limits = Limits.of(task.guard.policy, part.claim_s, now, task.purse.cutoff())
    progress.tries = progress.failures = progress.refreshes = 0
    progress.by_rule.clear()
    progress.retry_rule = None
    progress.asked.add(part.player)
