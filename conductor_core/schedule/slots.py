"""A limit on how many perform at the same time; the waiting enter by priority, then by order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count


class Slots:
    """Counts places; whoever finds none is called when one is free.

    Args:
        places: How many may be inside; None: no limit.
    """

    def __init__(self, places: int | None) -> None:
        self._free = places
        self._waiting: list[tuple[int, int, Callable[[], bool]]] = []
        self._order = count()

    def enter(self) -> bool:
        """Take a place if there is one."""
        if self._free is None:
            return True
        if self._free > 0:
            self._free -= 1
            return True
        return False

    def wait(self, score: int, call: Callable[[], bool]) -> None:
        """Be called with a place taken; ``call`` answers False if it is not wanted any more."""
        heapq.heappush(self._waiting, (-score, next(self._order), call))

    def leave(self) -> None:
        """Give a place back: the next in line has it at once."""
        if self._free is None:
            return
        while self._waiting:
            _, _, call = heapq.heappop(self._waiting)
            if call():
                return
        self._free += 1
