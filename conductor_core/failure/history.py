"""How players have done before, as numbers that are never too hopeful (spec 4, Recovery ladder)."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z = 1.96
"""Of a 95 % interval."""

UNKNOWN = 0.5
"""Expected of a player as long as nothing else is certain."""

HALF_LIFE = 50
"""So many attempts later an attempt counts for half (research 4.2)."""


class Tally(NamedTuple):
    """Successes and failures of one player; older ones weigh less, so they are no integers."""

    successes: float = 0.0
    failures: float = 0.0
    seconds: float = 0.0
    """What all of them took, weighed alike."""

    @property
    def attempts(self) -> float:
        """All of them."""
        return self.successes + self.failures

    def after(self, *, succeeded: bool, seconds: float = 0.0) -> Tally:
        """One more attempt; those before weigh less from now on."""
        fading = 0.5 ** (1 / HALF_LIFE)
        return Tally(
            self.successes * fading + (1.0 if succeeded else 0.0),
            self.failures * fading + (0.0 if succeeded else 1.0),
            self.seconds * fading + seconds,
        )

    def interval(self) -> tuple[float, float]:
        """Wilson's bounds of the share of successes; without history it may be anything.

        >>> low, high = Tally(10, 0).interval()
        >>> round(low, 3), round(high, 3), Tally().interval()
        (0.722, 1.0, (0.0, 1.0))
        """
        n = self.attempts
        if n <= 0:
            return 0.0, 1.0
        middle = self.successes + Z * Z / 2
        spread = Z * sqrt(self.successes * self.failures / n + Z * Z / 4)
        whole = n + Z * Z
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)

    def expected(self) -> float:
        """The lower bound, once it is certain on which side of ½ the share lies; before that ½.

        So a player that was never asked stands neither behind one that was lucky once nor before
        one that was unlucky once.

        >>> Tally(3, 0).expected(), round(Tally(4, 0).expected(), 2), Tally(0, 4).expected()
        (0.5, 0.51, 0.0)
        """
        low, high = self.interval()
        return UNKNOWN if low <= UNKNOWN <= high else low

    def confidence(self) -> float:
        """How much is known, from 0.7 to 1; a number to show and no likelihood (seed 003).

        One less the standard deviation of Beta(½ + successes, 1 + failures).

        >>> [round(Tally(s, f).confidence(), 2) for s, f in ((0, 0), (10, 0), (95, 5))]
        [0.7, 0.92, 0.98]
        """
        a, b = 0.5 + self.successes, 1.0 + self.failures
        whole = a + b
        return 1.0 - sqrt(a * b / (whole * whole * (whole + 1)))

    @property
    def mean_s(self) -> float | None:
        """What an attempt takes, seconds; None: nothing is known."""
        return self.seconds / self.attempts if self.attempts > 0 else None


NO_HISTORY = Tally()
