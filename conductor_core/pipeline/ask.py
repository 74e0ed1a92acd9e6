"""Asking the player: its request, its grant, and what it costs."""

from __future__ import annotations

import hashlib
from typing import Any

from conductor_core.attempt import attempt
from conductor_core.border import copied
from conductor_core.failure.deadline import Limits
from conductor_core.failure.grant import attempts_left
from conductor_core.failure.purse import FREE, Price
from conductor_core.failure.vary import varied
from conductor_core.performance import Going, Part
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.canonical import canonical_json
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success


async def ask(going: Going, n: int, limits: Limits) -> Success | StandardError:
    """Ask the current player; what it costs is reserved before and settled once after."""
    task, stage, part = going.task, going.stage, going.progress.part
    found = stage.context.players.find(part.player, task.path, task.address, task.module)
    if isinstance(found, StandardError):
        return found
    request = _request(going, part, n)
    told = FREE
    task.purse.reserve(part.cost)
    try:
        answer = await attempt(found, request, limits, stage.clock, grant_of(going, part))
        told = told_cost(answer)
    finally:
        task.purse.settle(part.cost, told)
    if isinstance(answer, StandardError) and answer.detail.get("left_behind"):
        stage.emit(EventKind.LEFT_BEHIND, task.path, player=part.player)
    return answer


def _request(going: Going, part: Part, n: int) -> PlayRequest:
    task, run = going.task, going.stage.context.run
    inputs = [task.with_, *task.arguments]
    key = task.idempotency_key or idempotency_key(run, task.path, part.player, inputs)
    return PlayRequest(
        path=task.path,
        address=task.address,
        player=part.player,
        with_=copied(task.with_),
        has_with=task.has_with,
        prompt=task.prompt,
        output=task.guard.output,
        attempt=n,
        parameters=changed_parameters(going),
        idempotency_key=key,
        arguments=tuple(copied(value) for value in task.arguments),
    )


def changed_parameters(going: Going) -> dict[str, Any]:
    """What is changed in this attempt, by the retry rule that asked for it."""
    policy, progress = going.task.guard.policy, going.progress
    rule = None if progress.retry_rule is None else policy.rules[progress.retry_rule]
    return varied(policy, progress.tries + 1, rule)


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
