"""A limit on how many perform at the same time; the waiting enter by their rank."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from workflow_ir.policy import Importance
from workflow_ir.steps import PRIORITY_SCORE

Rank = tuple[float, tuple[int, ...]]
"""Who comes first: the smaller one. Priority, then places from the top of the file inwards."""


def rank(priority: Importance, place: tuple[int, ...], weight: float = 1.0) -> Rank:
    """The rank of a performance (spec 3: by priority score, then by order in the file).

    Args:
        priority: Of the step.
        place: Places in the file, from the top scope inwards; of an item also its index.
        weight: What the score is multiplied with: that of the step's ``task_type``.

    >>> rank(Importance.HIGH, (7,)) < rank(Importance.LOW, (2, 0)) < rank(Importance.LOW, (3,))
    True
    >>> rank(Importance.NORMAL, (9,), 1.6) < rank(Importance.HIGH, (1,))
    True
    """
    return -round(PRIORITY_SCORE[priority] * weight, 6), place


class Slots:
    """Counts places; whoever finds none is called when one is free.

    Args:
        places: How many may be inside; None: no limit.
    """

    def __init__(self, places: int | None) -> None:
        self._free = places
        self._waiting: list[tuple[Rank, int, Callable[[], bool]]] = []
        self._order = count()

    def enter(self) -> bool:
        """Take a place if there is one."""
        if self._free is None:
            return True
        if self._free > 0:
            self._free -= 1
            return True
        return False

    def take(self) -> None:
        """Take a place though none may be free: of somebody who ends and gives it back at once."""
        if self._free is not None:
            self._free -= 1

    def wait(self, rank: Rank, call: Callable[[], bool]) -> None:
        """Be called with a place taken; ``call`` answers False if it is not wanted any more."""
        heapq.heappush(self._waiting, (rank, next(self._order), call))

    def leave(self) -> None:
        """Give a place back: the next in line has it at once."""
        if self._free is None:
            return
        while self._waiting and self._free >= 0:
            *_, call = heapq.heappop(self._waiting)
            if call():
                return
        self._free += 1
