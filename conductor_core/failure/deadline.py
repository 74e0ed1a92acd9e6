"""Nested time limits of one player at one step, and which of them counts (spec 4, spec 8)."""

from __future__ import annotations

from dataclasses import dataclass

from conductor_core.failure.purse import Cutoff
from workflow_ir.policy import Policy

_DIGITS = 6
"""Limits are told apart by microseconds: the clock's own grain near the epoch of today."""

CUTOFF = "budget.wall"
"""The limit of whoever runs out of a budget's time."""


@dataclass(slots=True)
class Limits:
    """The time limits of one player at one step: attempt ≤ total ≤ policy wall."""

    attempt_s: float | None
    ends: float | None
    """When ``total_timeout`` is over; waits between attempts count."""
    wall_s: float
    """What is left of the policy wall; only attempts count."""
    cutoff: Cutoff | None = None
    """When the time of the run or of another budget is over; waiting for a place counts."""

    @classmethod
    def of(
        cls, policy: Policy, claim_s: float | None, now: float, cutoff: Cutoff | None = None
    ) -> Limits:
        """The limits of a player that begins now."""
        claims = [limit for limit in (policy.timeout_s, claim_s) if limit is not None]
        total = policy.total_timeout_s
        return cls(
            attempt_s=min(claims) if claims else None,
            ends=None if total is None else now + total,
            wall_s=policy.wall_s,
            cutoff=cutoff,
        )

    def left(self, now: float) -> float | None:
        """Seconds until ``total_timeout`` or the run's time is over; None without them."""
        ends = self.ends
        if self.cutoff is not None:
            ends = self.cutoff.at if ends is None else min(ends, self.cutoff.at)
        return None if ends is None else round(ends - now, _DIGITS)

    def queued(self, seconds: float) -> None:
        """Waiting for a place counts against no limit of a player: it stands outside of them."""
        if self.ends is not None:
            self.ends += seconds

    def worked(self, seconds: float) -> None:
        """An attempt took so long."""
        self.wall_s = round(self.wall_s - seconds, _DIGITS)

    def tightest(self, now: float) -> tuple[float, str]:
        """Seconds this attempt may take and the limit that says so; the outer one wins ties."""
        options = [(self.wall_s, "wall")]
        if self.cutoff is not None:
            options.insert(0, (round(self.cutoff.at - now, _DIGITS), CUTOFF))
        if self.ends is not None:
            options.append((round(self.ends - now, _DIGITS), "total_timeout"))
        if self.attempt_s is not None:
            options.append((self.attempt_s, "timeout"))
        return min(options, key=lambda option: option[0])
