"""Virtual time stands still while CrewAI carries control from one method to the next.

CrewAI hops through a thread after every method and flushes its event bus in one at the end. In
graph mode nothing of the run may be performing at such a moment, and a virtual clock would jump.
So the flow holds tokens of the clock whenever it is not waiting for the conductor. In eager mode
the conductor needs no framework to start a step, and nothing is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conductor_core.ports import Clock


class Handover:
    """The tokens of one flow.

    Args:
        clock: The run's clock.
        active: Whether methods start steps (graph mode).
    """

    def __init__(self, clock: Clock, *, active: bool) -> None:
        self._clock = clock
        self._active = active
        self._inside = 0
        self._between = False

    @contextmanager
    def flow(self) -> Iterator[None]:
        """From the kickoff of a flow to its end."""
        self._pause()
        try:
            yield
        finally:
            self._resume()

    @contextmanager
    def method(self) -> Iterator[None]:
        """Round a method and what CrewAI does before and after it."""
        self._hold()
        self._inside += 1
        self._resume()
        try:
            yield
        finally:
            self._inside -= 1
            if self._inside == 0:
                self._pause()
            self._release()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within a method, round waiting for the conductor."""
        self._release()
        try:
            yield
        finally:
            self._hold()

    def _pause(self) -> None:
        """No method is going on: the flow itself holds a token."""
        if not self._between:
            self._between = True
            self._hold()

    def _resume(self) -> None:
        if self._between:
            self._between = False
            self._release()

    def _hold(self) -> None:
        if self._active:
            self._clock.hold()

    def _release(self) -> None:
        if self._active:
            self._clock.release()
