"""``retry``: the same player again, after a delay, perhaps with other parameters."""

from __future__ import annotations

from conductor_core.failure.renewal import renewals
from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Way
from conductor_core.recovery.refresh import refresh
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Rung
from workflow_ir.taxonomy import Retryable


async def retry(going: Going, error: StandardError, decision: Decision) -> Way:
    """Wait; no place is held meanwhile. A refused credential is renewed first."""
    refused = renewals(error) > 0 and error.retryable is Retryable.NO
    if refused and not await refresh(going):
        going.progress.struck[Rung.RETRY] = "not_retryable"
        return Way.STRUCK
    going.progress.retry_rule = decision.retry_rule
    await going.stage.clock.sleep(decision.delay_s, path=going.task.path)
    return Way.AGAIN
