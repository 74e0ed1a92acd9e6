"""What a player is granted for one attempt, and what it tells of its cost."""

from __future__ import annotations

import hashlib
from typing import Any

from conductor_core.failure.grant import attempts_left
from conductor_core.failure.purse import Price
from conductor_core.performance import Going, Part
from conductor_core.ports import Grant
from workflow_ir.canonical import canonical_json
from workflow_ir.outcome import StandardError, Success


def grant_of(going: Going, part: Part) -> Grant:
    """What the player may use up in this attempt (spec 4, Split of responsibility)."""
    task, policy = going.task, going.task.guard.policy
    usd, tokens = task.purse.left()
    limits = part.limits
    return Grant(
        deadline=None,
        attempts=attempts_left(part.granted, task.guard, going.progress.failures),
        usd=usd,
        tokens=tokens,
        memory_bytes=_least(policy.memory_bytes, None if limits is None else limits.memory_bytes),
        cpu=_least(policy.cpu, None if limits is None else limits.cpu),
        output_bytes=None if limits is None else limits.output_bytes,
        effects=part.effects,
        may_degrade=policy.may_degrade,
    )


def _least(*bounds: Any) -> Any:
    return min((bound for bound in bounds if bound is not None), default=None)


def told_cost(answer: Success | StandardError) -> Price:
    """What the player told of the cost of its attempt."""
    if isinstance(answer, Success):
        return Price(answer.usd, answer.tokens)
    return Price(answer.cost.usd, answer.cost.tokens)


def idempotency_key(run: str, path: str, player: str, inputs: list[Any]) -> str:
    """Equal across retries of the same call; new for another player or other inputs (spec 3)."""
    head = f"{run}\x00{path}\x00{player}\x00".encode()
    return hashlib.sha256(head + canonical_json(inputs)).hexdigest()
