"""When a further attempt starts beside one that takes long (gRPC's hedging, A6).

The first goes out at once, each next one when the delay has passed since the last, or when one has
failed in a way that another attempt may cure. The first success ends it, and so does a failure
that no attempt would cure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from workflow_ir.outcome import StandardError
from workflow_ir.policy import Hedge
from workflow_ir.taxonomy import Retryable

_DIGITS = 6
"""Moments are told apart by microseconds, as the clocks do."""


@dataclass(frozen=True, slots=True)
class Send:
    """Start one now; ``sent`` follows."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for the next result, and at most until this moment."""

    until: float | None
    """Seconds since the epoch of the clock. None: nothing more is to be started."""


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more is started, and what is under way is of no use any more."""


Next: TypeAlias = Send | Wait | Done


@dataclass(frozen=True, slots=True)
class Hedging:
    """One call and those beside it. Every event gives the next state.

    >>> hedging = Hedging.of(Hedge(delay_s=0.5)).sent(0)
    >>> hedging.next(0.2), hedging.next(0.5), hedging.failed(0.2).next(0.2)
    (Wait(until=0.5), Send(), Send())
    """

    most: int
    """Attempts in all, the first included."""
    delay_s: float
    count: int = 0
    """Started so far."""
    going: int = 0
    """Of these, under way."""
    owed: int = 1
    """To be started at once: the first, and one for each failure."""
    due: float | None = None
    """When the next one is to be started, if nothing else happens."""
    over: bool = False

    @classmethod
    def of(cls, policy: Hedge | None, *, effects_once: bool = False) -> Hedging:
        """The state before anything was started.

        Args:
            policy: None: no hedging.
            effects_once: The player may act at most once: it is never asked twice at a time.
        """
        if policy is None or effects_once:
            return cls(most=1, delay_s=0.0)
        return cls(most=1 + policy.max, delay_s=policy.delay_s)

    def sent(self, now: float) -> Hedging:
        """One was started."""
        return replace(
            self,
            count=self.count + 1,
            going=self.going + 1,
            owed=max(0, self.owed - 1),
            due=round(now + self.delay_s, _DIGITS),
        )

    def failed(
        self, now: float, *, fatal: bool = False, retry_after_s: float | None = None
    ) -> Hedging:
        """One came back with a failure.

        Args:
            now: When.
            fatal: Another attempt would fail likewise (``fatal``).
            retry_after_s: The provider's hint: the next one is started then, and not before.
        """
        here = replace(self, going=self.going - 1, over=self.over or fatal)
        if retry_after_s is not None and retry_after_s >= 0:
            return replace(here, due=round(now + retry_after_s, _DIGITS))
        return replace(here, owed=here.owed + 1)

    def refused(self) -> Hedging:
        """One was not let through, for money, time or a breaker: no more are started."""
        return replace(self, going=self.going - 1, most=self.count)

    def succeeded(self) -> Hedging:
        """One came back well: it is the answer."""
        return replace(self, over=True)

    def next(self, now: float) -> Next:
        """What to do now."""
        left = self.most - self.count
        if self.over or (not left and not self.going):
            return Done()
        if not left:
            return Wait(None)
        if self.owed or (self.due is not None and round(now, _DIGITS) >= self.due):
            return Send()
        return Wait(self.due)


def fatal(error: StandardError) -> bool:
    """Whether another attempt at the same player would fail likewise."""
    return error.retryable is Retryable.NO
