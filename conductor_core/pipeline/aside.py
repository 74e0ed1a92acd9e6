"""Asking another player in the course of a performance: to renew, to reconstruct, to undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conductor_core.border import copied
from conductor_core.failure.deadline import Limits
from conductor_core.limits.guards import PlayerKey
from conductor_core.performance import Going, Part
from conductor_core.pipeline.backstage import reach
from conductor_core.pipeline.granted import idempotency_key
from conductor_core.ports import PlayRequest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Schema


async def aside(
    going: Going,
    part: Part,
    with_: dict[str, Any],
    why: str,
    *,
    output: Schema | None = None,
    begins: Callable[[], None] = lambda: None,
) -> Success | StandardError:
    """Ask a player once at ``PATH~why``; it is paid from the same purse.

    Args:
        going: The performance it is asked for.
        part: Who is asked.
        with_: What it gets.
        why: The auxiliary performance: ``refresh``, ``reconstruct``.
        output: Schema that a model is told of; nothing is validated here.
        begins: Called when it has its place.
    """
    task, stage = going.task, going.stage
    path = f"{task.path}~{why}"
    refused = task.purse.lacks(part.cost)
    if refused is not None:
        return refused
    request = PlayRequest(
        path=path,
        address=task.address,
        player=part.player,
        with_=copied(with_),
        has_with=bool(with_),
        prompt=None,
        output=output,
        attempt=1,
        parameters={},
        idempotency_key=idempotency_key(stage.context.run, path, part.player, [with_]),
    )
    key = PlayerKey(stage.context.project, part.player, task.module)
    with stage.playing(task.module, part.player):
        async with stage.guards.place(
            key, part.limits, rank=task.rank, wanted=task.wanted, stage=stage
        ) as place:
            await stage.enter(stage.slots, task.rank, task.wanted)
            try:
                begins()
                now = stage.clock.now()
                limits = Limits.of(task.guard.policy, part.claim_s, now, task.purse.cutoff())
                return await reach(going, part, request, limits, attempts=1, begins=place.begin)
            finally:
                stage.slots.leave()
