"""Changed parameters: what is different in one of the later attempts (spec 8, ``vary``)."""

from __future__ import annotations

from typing import Any

from workflow_ir.policy import Policy, Retry


def varied(policy: Policy, attempt: int, rule: Retry | None = None) -> dict[str, Any]:
    """Parameters of the ``attempt``-th attempt of one player, over the player's own.

    Entry k applies to attempt k + 1; the last one repeats.

    Args:
        policy: Of the step.
        attempt: Counts from 1 for each player.
        rule: The retry rule that asked for this attempt; None: the first that varies.
    """
    if attempt < 2:
        return {}
    rules = policy.rules if rule is None else (rule,)
    entries = next((one.vary for one in rules if one.vary), ({},))
    return dict(entries[min(attempt - 2, len(entries) - 1)])
