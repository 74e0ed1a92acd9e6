"""One player is reached, and what it may do behind the scenes of its attempt (spec 6).

Whom it asks there works in the place of the asking attempt: it has no other place of the run, it
shares the token of the step, and what it costs is paid from the same purse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conductor_core.attempt import attempt
from conductor_core.border import copied
from conductor_core.clock.lease import Lease
from conductor_core.failure.deadline import Limits
from conductor_core.failure.purse import FREE
from conductor_core.limits.guards import PlayerKey
from conductor_core.performance import Going, Part
from conductor_core.pipeline.granted import grant_of, idempotency_key, told_cost
from conductor_core.pipeline.wings import Wings
from conductor_core.ports import PlayRequest
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success


def _nothing() -> None:
    """Nobody wants to know."""


async def reach(
    going: Going,
    part: Part,
    request: PlayRequest,
    limits: Limits,
    *,
    attempts: int | None = None,
    begins: Callable[[], None] = _nothing,
    within: Lease | None = None,
    until: float | None = None,
) -> Success | StandardError:
    """Find a player and ask it once; its cost is reserved before and settled once after.

    Args:
        going: The performance it is asked for.
        part: Who is asked.
        request: What for.
        limits: Time limits.
        attempts: It is granted; None: what its own allowance leaves.
        begins: Called when it is found and may be asked.
        within: The clock of the player that asks it, if one does.
        until: When that one's own time is over, seconds since the epoch.
    """
    task, stage = going.task, going.stage
    found = stage.context.players.find(part.player, request.path, task.address, task.module)
    if isinstance(found, StandardError):
        return found
    begins()
    told = FREE
    task.purse.reserve(part.cost)
    try:
        grant = replace(grant_of(going, part), deadline=until)
        if attempts is not None:
            grant = replace(grant, attempts=attempts)
        lease, now = Lease(stage.clock, within), stage.clock.now()
        if part.asks_others:
            ends = now + limits.tightest(now)[0]
            ends = ends if until is None else min(ends, until)
            grant = replace(grant, backstage=StepBackstage(going, request.path, lease, ends))
        answer = await attempt(found, request, limits, stage.clock, grant, lease)
        told = told_cost(answer)
    finally:
        task.purse.settle(part.cost, told)
    if isinstance(answer, StandardError) and answer.detail.get("left_behind"):
        stage.emit(EventKind.LEFT_BEHIND, request.path, player=part.player)
    return answer


class StepBackstage:
    """The way from one attempt to other players; implements ``ports.Backstage``.

    Args:
        going: The performance.
        path: Where the asking player is asked: of the step, or ``PATH~tool.2`` of a tool.
        lease: Its clock.
        until: When its time is over, seconds since the epoch.
    """

    def __init__(self, going: Going, path: str, lease: Lease, until: float) -> None:
        self._going, self._path, self._lease, self._until = going, path, lease, until

    def note(self, kind: EventKind, why: str, **facts: Any) -> None:
        """Record an event at ``PATH~why``."""
        self._going.stage.emit(kind, f"{self._path}~{why}", **facts)

    def done(self, player: str, effects_key: str) -> bool:
        """Whether ``ask`` would answer from the record."""
        return self._going.effects.knows((player, effects_key))

    async def ask(
        self, player: str, with_: dict[str, Any], why: str, *, effects_key: str | None = None
    ) -> Success | StandardError:
        """Let another player perform once at ``PATH~why``; no secret is in what it answers.

        The asking player may be a model, and no secret is for one.
        """
        stage = self._going.stage
        part = self._going.task.part_of(player)
        if effects_key is None or not part.effects_once:
            answer = await self._ask(part, with_, why)
        else:
            wings = Wings(self._going, self._lease)
            async with wings.back():
                answer = await self._going.effects.once(
                    (player, effects_key),
                    lambda begins: self._ask(part, with_, why, begins),
                    park=wings.wait,
                    wake=stage.wake,
                )
        if isinstance(answer, StandardError):
            return stage.masks.error(answer)
        return replace(answer, output=stage.masks.data(answer.output))

    async def _ask(
        self,
        part: Part,
        with_: dict[str, Any],
        why: str,
        begins: Callable[[], None] = _nothing,
    ) -> Success | StandardError:
        going, stage, task = self._going, self._going.stage, self._going.task
        path = f"{self._path}~{why}"
        refused = task.purse.lacks(part.cost)
        if refused is not None:
            return refused
        key = PlayerKey(stage.context.project, part.player, task.module)
        wings = Wings(going, self._lease)
        with stage.playing(task.module, part.player):
            async with (
                wings.back(),
                stage.guards.place(
                    key, part.limits, rank=task.rank, wanted=task.wanted, stage=wings
                ) as place,
            ):
                if place.waited_for == "per_minute":
                    waited = round(place.waited_s, 6)
                    stage.emit(EventKind.LIMITED, path, player=part.player, waited_s=waited)
                await wings.enter()

                def begin() -> None:
                    place.begin()
                    begins()

                now = stage.clock.now()
                limits = Limits.of(task.guard.policy, part.claim_s, now, task.purse.cutoff())
                request = self._request(part, with_, path, why)
                return await reach(
                    going,
                    part,
                    request,
                    limits,
                    attempts=1,
                    begins=begin,
                    within=self._lease,
                    until=self._until,
                )

    def _request(self, part: Part, with_: dict[str, Any], path: str, why: str) -> PlayRequest:
        """Its key knows nothing of when it is asked: a retried agent may ask in another order."""
        kind = why.partition(".")[0]
        run = self._going.stage.context.run
        return PlayRequest(
            path=path,
            address=self._going.task.address,
            player=part.player,
            with_=copied(with_),
            has_with=True,
            prompt=None,
            output=None,
            attempt=1,
            parameters={},
            idempotency_key=idempotency_key(run, f"{self._path}~{kind}", part.player, [with_]),
        )

    async def call(self, module: str, inputs: dict[str, Any]) -> Success | StandardError:
        """Run a sub-melody to its end in this attempt; its outputs."""
        from conductor_core.pipeline.calling import call  # it conducts, so it imports the conductor

        return await call(self._going, module, inputs, path=self._path, lease=self._lease)
