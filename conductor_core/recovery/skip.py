"""``skip``: a gap is left for review, and the run goes on."""

from __future__ import annotations

from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Way
from conductor_core.recovery.settle import leave_gap
from workflow_ir.outcome import StandardError


async def skip(going: Going, error: StandardError, decision: Decision) -> Way:
    """Leave a typed gap."""
    del decision
    leave_gap(going, error)
    return Way.SETTLED
