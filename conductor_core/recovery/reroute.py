"""``reroute``: another player with the same capability takes over."""

from __future__ import annotations

from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Way
from conductor_core.recovery.fallback import hand_over
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError


async def reroute(going: Going, error: StandardError, decision: Decision) -> Way:
    """The player that was chosen begins; it has no fallbacks but those that are left."""
    task, progress = going.task, going.progress
    assert decision.target is not None
    part = task.part_of(decision.target)
    going.stage.emit(
        EventKind.REROUTED, task.path, player=part.player, instead_of=progress.part.player
    )
    hand_over(going, error, part, progress.others)
    return Way.AGAIN
