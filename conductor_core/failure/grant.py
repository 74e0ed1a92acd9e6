"""Attempts are granted, never configured twice (spec 4, Split of responsibility).

Three of ours times three of the player's times three of its client's would be 27 calls. So what a
player does by itself counts against what the policy allows, and it is granted no more than that.
"""

from __future__ import annotations

from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.policy import DEFAULT_ATTEMPTS
from workflow_ir.steps import Guard


def allowance(guard: Guard) -> int:
    """Attempts that one player may make in all: the most any retry rule allows."""
    usual = DEFAULT_ATTEMPTS[guard.importance]
    return max(usual if rule.max_attempts is None else rule.max_attempts
               for rule in guard.policy.rules)  # fmt: skip


def attempts_left(granted: int, guard: Guard, failures: int) -> int:
    """What a player may make by itself within its next attempt, at least one."""
    return max(1, min(granted, allowance(guard) - failures))


def made(answer: Success | StandardError, granted: int) -> int:
    """Attempts to count: as reported, else all that were granted, since nobody knows."""
    told = reported(answer)
    return granted if told is None else max(1, told)


def reported(answer: Success | StandardError) -> int | None:
    """Attempts that the player says it has made by itself, the first included."""
    return answer.internal_attempts if isinstance(answer, Success) else answer.attempts


def overstepped(answer: Success | StandardError, granted: int, player: str) -> StandardError | None:
    """``policy.attempts`` for a player that made more attempts than it was granted; else None."""
    told = reported(answer)
    if told is None or told <= granted:
        return None
    if isinstance(answer, Success):
        cost, detail = Cost(answer.usd, answer.tokens), {}
    else:
        cost, detail = answer.cost, {"instead_of": answer.code}
    return StandardError.of(
        "policy.attempts",
        f"player {player!r} made {told} attempts by itself; {granted} were granted",
        origin="conductor",
        policy_limit="attempts",
        attempts=told,
        cost=cost,
        detail=detail,
    )
