"""``reconstruct``: the missing output is made from a later artifact (spec 4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Part, Unlisted, Way
from conductor_core.pipeline.accept import accept
from conductor_core.pipeline.aside import aside
from conductor_core.pipeline.once import cancelled_by_run
from conductor_core.recovery.settle import succeed
from workflow_ir.events import EventKind
from workflow_ir.ids import RunPath
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Rung
from workflow_ir.result import Attempt


async def reconstruct(going: Going, error: StandardError, decision: Decision) -> Way:
    """Wait for the artifact, ask the player that makes one of the other, judge what it made."""
    del error, decision
    reason = await reconstructed(going)
    if reason is None:
        return Way.SETTLED
    going.progress.struck[Rung.RECONSTRUCT] = reason
    return Way.STRUCK


async def reconstructed(going: Going) -> str | None:
    """Make the output from the artifact: one attempt, listed at the step under its own player.

    What is made meets the step's schema and passes its gate. It is ``inferred`` from then on.

    Returns:
        None: the record has its output. Else why not: ``no_later_artifact``, ``no_budget``, or
        ``reconstruction_failed``; then the attempt waits to be listed.

    Raises:
        asyncio.CancelledError: The run cancels the step; the attempt going on is recorded.
    """
    task, stage, progress = going.task, going.stage, going.progress
    artifact = None if task.reconstruction is None else await task.reconstruction.value()
    if task.reconstruction is None or artifact is None:
        return "no_later_artifact"
    part = task.part_of(task.reconstruction.player)
    if task.purse.lacks(part.cost) is not None:
        return "no_budget"
    path, n = RunPath(f"{task.path}~reconstruct"), progress.n + 1
    begun = False

    def begins() -> None:
        nonlocal begun
        begun = True
        going.record.player = part.player
        stage.emit(EventKind.ATTEMPT_STARTED, path, n=n, player=part.player)

    try:
        made = await aside(
            going, part, artifact, "reconstruct", output=task.guard.output, begins=begins
        )
    except asyncio.CancelledError:
        if begun:
            going.record.attempts.append(Attempt(n, part.player, "cancelled", cancelled_by_run()))
        raise
    progress.n = n
    answer = accept(_beside(going, path, part), made)
    if isinstance(answer, StandardError):
        going.unlisted = Unlisted(n, part.player, answer, path)
        return "reconstruction_failed"
    _settle(going, part, answer, path)
    return None


def _settle(going: Going, part: Part, answer: Success, path: RunPath) -> None:
    reconstruction = going.task.reconstruction
    assert reconstruction is not None
    record = going.record
    record.attempts.append(Attempt(going.progress.n, part.player, "success"))
    succeed(going, answer, first=False)
    record.player, record.error, record.provenance = part.player, None, "inferred"
    going.stage.emit(
        EventKind.RECONSTRUCTED,
        path,
        **{"from": list(reconstruction.sources), "player": part.player},
    )


def _beside(going: Going, path: RunPath, part: Part) -> Going:
    """The same, as it is told of where the player was asked."""
    return replace(
        going,
        task=replace(going.task, path=path),
        progress=replace(going.progress, part=part),
    )
