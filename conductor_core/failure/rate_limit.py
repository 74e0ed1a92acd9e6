"""How many attempts may begin within a minute, exactly (spec 6, ``limits.per_minute``).

Who wants to begin reserves first and may wait for other things before it does begin, so the
reserved count as if they began at any moment: no minute ever sees more beginnings than are allowed.
"""

from __future__ import annotations

from collections import deque

PERIOD_S = 60.0
"""A minute: a beginning counts until so many seconds after it, not longer."""

_DIGITS = 6
"""Moments are told apart by microseconds, as the clocks do."""


class RateLimit:
    """The attempts of one player; times are seconds since the epoch of one clock.

    >>> limit = RateLimit()
    >>> limit.reserve(0, 2), limit.begin(0), limit.reserve(5, 2), limit.begin(7)
    (0.0, None, 0.0, None)
    >>> limit.reserve(10, 2)
    50.0
    """

    __slots__ = ("_began", "_reserved")

    def __init__(self) -> None:
        self._began: deque[float] = deque()
        """Beginnings of the last minute, oldest first."""
        self._reserved = 0

    def wait_s(self, now: float, per_minute: int | None) -> float | None:
        """How long to wait until one more may be reserved, seconds; 0: now.

        Args:
            now: Does not run backwards.
            per_minute: The limit; None: no limit.

        Returns:
            None where it depends on those that have reserved: ``begin`` or ``give_back`` comes
            first, then it is worth asking again.
        """
        while self._began and self._left_s(self._began[0], now) <= 0:
            self._began.popleft()
        if per_minute is None:
            return 0.0
        over = len(self._began) + self._reserved + 1 - per_minute
        if over <= 0:
            return 0.0
        if over > len(self._began):
            return None
        return self._left_s(self._began[over - 1], now)

    def reserve(self, now: float, per_minute: int | None) -> float | None:
        """Reserve one beginning if ``wait_s`` is 0; ``begin`` or ``give_back`` must follow."""
        wait_s = self.wait_s(now, per_minute)
        if wait_s == 0:
            self._reserved += 1
        return wait_s

    def begin(self, now: float) -> None:
        """One that has reserved begins."""
        self._reserved -= 1
        self._began.append(max(now, self._began[-1]) if self._began else now)

    def give_back(self) -> None:
        """One that has reserved does not begin."""
        self._reserved -= 1

    @staticmethod
    def _left_s(began: float, now: float) -> float:
        return round(began + PERIOD_S - now, _DIGITS)
