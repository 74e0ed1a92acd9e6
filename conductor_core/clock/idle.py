"""When nothing goes on any more: who waits for that is told, after some quiet turns of the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

QUIET_ROUNDS = 8
"""Rounds of the event loop without a token before a clock believes that nothing goes on.
A cancelled sleeper takes its token back, and a framework hands over to the next node, within
fewer."""


class Idle:
    """Those who want to know when a clock has nothing to do.

    Args:
        busy: Whether anybody holds a token or anything is due.
    """

    __slots__ = ("_busy", "_calls", "_rounds", "_watching")

    def __init__(self, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._calls: list[Watch] = []
        self._watching = False
        self._rounds = 0

    def when(self, call: Callable[[], None]) -> Watch:
        """Call at every time of quiet from now on, once each, until the watch is cancelled."""
        watch = Watch(self._calls, call)
        self._calls.append(watch)
        self.watch()
        return watch

    def watch(self) -> None:
        """Nobody holds a token: find out whether it stays so."""
        if self._calls:
            self._rounds = QUIET_ROUNDS
            if not self._watching:
                self._watching = True
                asyncio.get_running_loop().call_soon(self._look)

    def tell(self) -> None:
        """It is quiet."""
        for watch in tuple(self._calls):
            watch.call()

    def _look(self) -> None:
        if self._busy():
            self._watching = False  # the next release of the last token watches again
        elif self._rounds > 0:
            self._rounds -= 1
            asyncio.get_running_loop().call_soon(self._look)
        else:
            self._watching = False
            self.tell()


class Watch:
    """One who wants to know; implements ``ports.Timer``."""

    __slots__ = ("_among", "call")

    def __init__(self, among: list[Watch], call: Callable[[], None]) -> None:
        self._among = among
        self.call = call

    def cancel(self) -> None:
        """Nothing is told any more. May be called again."""
        if self in self._among:
            self._among.remove(self)
