"""Time in which a run only waits for people counts against no budget (spec 8: ``budget.wall``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from conductor_core.failure.purse import Purse


class PausedTime:
    """Knows when nobody works and somebody is asked, and gives that time back to the purses.

    Args:
        now: The clock of the run, seconds since the epoch.
    """

    __slots__ = ("_asking", "_now", "_since", "_working")

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._working = 0
        self._asking: list[Purse] = []
        self._since: float | None = None
        """When the last worker stopped, while somebody is asked."""

    @contextmanager
    def working(self) -> Iterator[None]:
        """Round a performance or a wait for time; enter it before a budget is looked at."""
        self._give_back()
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
            self._look()

    @contextmanager
    def asking(self, purse: Purse) -> Iterator[None]:
        """Round a question; its time is given back to this purse and to those round it."""
        self._give_back()
        self._asking.append(purse)
        self._look()
        try:
            yield
        finally:
            self._give_back()
            self._asking.remove(purse)
            self._look()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Within ``working``: the worker only waits for somebody meanwhile."""
        self._working -= 1
        self._look()
        try:
            yield
        finally:
            self._give_back()
            self._working += 1

    def _give_back(self) -> None:
        if self._since is None:
            return
        passed, self._since = self._now() - self._since, None
        given: set[int] = set()
        for asked in self._asking:
            purse: Purse | None = asked
            while purse is not None and id(purse) not in given:
                given.add(id(purse))
                purse.began += passed
                purse = purse.outer

    def _look(self) -> None:
        if self._asking and self._working == 0 and self._since is None:
            self._since = self._now()
