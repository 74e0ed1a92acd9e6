"""Asking the player of a step: what it is asked for."""

from __future__ import annotations

from typing import Any

from conductor_core.border import copied
from conductor_core.failure.deadline import Limits
from conductor_core.failure.vary import varied
from conductor_core.performance import Going, Part
from conductor_core.pipeline.backstage import reach
from conductor_core.pipeline.granted import idempotency_key
from conductor_core.ports import PlayRequest
from workflow_ir.outcome import StandardError, Success


async def ask(going: Going, n: int, limits: Limits) -> Success | StandardError:
    """Ask the current player; what it costs is reserved before and settled once after."""
    part = going.progress.part
    return await reach(going, part, _request(going, part, n), limits)


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
