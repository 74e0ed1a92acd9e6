"""``fail``: the step has failed."""

from __future__ import annotations

from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Way
from conductor_core.recovery.settle import give_up
from workflow_ir.outcome import StandardError


async def fail(going: Going, error: StandardError, decision: Decision) -> Way:
    """Give up, with the error as it is."""
    del decision
    give_up(going, error)
    return Way.SETTLED
