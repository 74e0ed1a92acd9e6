"""Renewing a credential before the same player tries again (seed 004, authentication errors)."""

from __future__ import annotations

from conductor_core.performance import Going
from conductor_core.pipeline.aside import aside
from conductor_core.pipeline.breaking import breaker_to
from workflow_ir.events import EventKind
from workflow_ir.outcome import Success


async def refresh(going: Going) -> bool:
    """Ask the player that renews the credential of the current one; True: it has.

    It is asked once, under the limits of the step, and is no attempt of it.
    """
    progress, name = going.progress, going.progress.part.refresh
    if name is None:
        return False
    progress.refreshes += 1
    answer = await aside(going, going.task.part_of(name), {}, "refresh")
    renewed = isinstance(answer, Success)
    breaker = breaker_to(progress.part.target, going.task.guard.policy, going.stage)
    if renewed and breaker is not None:
        breaker.forget()  # what it has counted was the old credential's fault
    facts = {} if isinstance(answer, Success) else {"error": answer}
    going.stage.emit(
        EventKind.REFRESHED, f"{going.task.path}~refresh", player=name, renewed=renewed, **facts
    )
    return renewed
