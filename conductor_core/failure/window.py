"""What was counted in the last so many seconds, in buckets (Polly's rolling metrics)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

_DIGITS = 6
"""Moments are whole microseconds: a bucket's edge is not missed by a float's last bit."""


class Tally(NamedTuple):
    """Calls that have ended."""

    calls: int = 0
    failures: int = 0
    seconds: float = 0.0
    """What they took together."""

    @property
    def share(self) -> float:
        """Failures of all calls, from 0 to 1; 0 without a call."""
        return self.failures / self.calls if self.calls else 0.0

    @property
    def mean_s(self) -> float:
        """What a call took, seconds; 0 without a call."""
        return self.seconds / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """Counts of the time just past. A bucket is out as soon as it is so old as the window.

    >>> window = Window(10, origin=0).add(0.5, failed=True).add(2, failed=False)
    >>> window.tally(9.9).share, window.tally(10).share
    (0.5, 0.0)
    """

    seconds: float
    """How far it reaches back."""
    origin: float
    """When the first bucket begins, seconds since the epoch."""
    buckets: int = 10
    filled: tuple[tuple[int, Tally], ...] = ()
    """Number of a bucket and its counts, oldest first; those without a call are left out."""

    def add(self, now: float, *, failed: bool, took_s: float = 0.0) -> Window:
        """A call has ended. Time that runs backwards stands still."""
        number, kept = self._number(now), self._kept(now)
        calls, failures, seconds = Tally()
        if kept and kept[-1][0] == number:
            calls, failures, seconds = kept[-1][1]
            kept = kept[:-1]
        tally = Tally(calls + 1, failures + failed, seconds + took_s)
        return replace(self, filled=(*kept, (number, tally)))

    def tally(self, now: float) -> Tally:
        """All that is still inside."""
        inside = [tally for _, tally in self._kept(now)]
        return Tally(
            sum(tally.calls for tally in inside),
            sum(tally.failures for tally in inside),
            math.fsum(tally.seconds for tally in inside),
        )

    def _number(self, now: float) -> int:
        width = self.seconds / self.buckets
        number = math.floor(round((now - self.origin) / width, _DIGITS))
        return max(number, self.filled[-1][0]) if self.filled else number

    def _kept(self, now: float) -> tuple[tuple[int, Tally], ...]:
        oldest = self._number(now) - self.buckets
        return tuple(bucket for bucket in self.filled if bucket[0] > oldest)
