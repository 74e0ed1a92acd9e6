"""When a breaker opens and how it closes again: the states and the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conductor_core.failure.window import Tally
from workflow_ir.policy import Breaker


class State(StrEnum):
    """What a breaker does with the next call."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    RAMPING = "ramping"
    """It recovers: a share of the calls passes."""
    FORCED_OPEN = "forced_open"
    """By hand: nothing passes."""
    DISABLED = "disabled"
    """By hand: everything passes, nothing is counted."""


class IllegalTransition(Exception):
    """A breaker cannot be put from one state into the other by hand."""

    def __init__(self, before: State, after: State) -> None:
        super().__init__(
            f"a breaker that is {before.value!r} cannot be made {after.value!r} by hand: "
            "'half_open' follows a state in which nothing passes, and 'ramping' good probes only"
        )
        self.before = before
        self.after = after


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of ``policy.breaker``, and those that it leaves as they are."""

    window_s: float = 60.0
    calls: int = 5
    """With fewer of them in the window it never opens."""
    failures: float = 0.5
    """It opens when at least this share of them has failed."""
    open_s: float = 30.0
    max_open_s: float = 300.0
    growth: float = 2.0
    """The open time grows by this factor each time it opens without having been closed."""
    probes: int = 1
    """Calls that pass while it is half-open; so many successes end each step of the ramp."""
    reopen_at: int | None = None
    """Failed probes that open it at once. None: all probes are waited for, ``failures`` decides."""
    close_at: int | None = None
    """Good probes that close it at once. None: likewise."""
    ramp: tuple[float, ...] = (0.1, 0.5)
    buckets: int = 10
    """Of the window: calls of a tenth of it come and go together."""

    @classmethod
    def of(cls, policy: Breaker) -> Rules:
        """The rules of a policy; its ``state`` is not among them."""
        return cls(
            window_s=policy.window_s,
            calls=policy.calls,
            failures=policy.failures,
            open_s=policy.open_s,
            max_open_s=policy.max_open_s,
            probes=policy.probes,
            ramp=policy.ramp,
        )

    def open_time_s(self, before: int) -> float:
        """How long it stays open when it has opened ``before`` times without having been closed."""
        longest = max(self.open_s, self.max_open_s)  # the first time holds, whatever the bound
        try:
            return min(longest, self.open_s * self.growth**before)
        except OverflowError:
            return longest

    def verdict(self, tally: Tally) -> State | None:
        """What the probes that have come back decide; None: more are waited for.

        ``reopen_at`` counts before ``close_at``.
        """
        good = tally.calls - tally.failures
        if self.reopen_at is not None and tally.failures >= self.reopen_at:
            return State.OPEN
        if self.close_at is not None and good >= self.close_at:
            return State.CLOSED
        if tally.calls < self.probes:
            return None
        return State.OPEN if tally.share >= self.failures else State.CLOSED
