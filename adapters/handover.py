"""Virtual time stands still while a framework carries control from one node to the next.

LangGraph takes many turns of the event loop between two supersteps; CrewAI hops through a thread
after every method and flushes its event bus in one at the end. In graph mode nothing of the run may
be performing at such a moment, and a virtual clock would jump. So whoever walks a graph holds
tokens of the clock whenever it is not waiting for the conductor. In eager mode the conductor needs
no framework to start a step, and nothing is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from conductor_core.ports import Clock


class Handover:
    """The tokens of one walk through one graph.

    Args:
        clock: The run's clock.
        active: Whether nodes start steps (graph mode).
    """

    def __init__(self, clock: Clock, *, active: bool) -> None:
        self._clock = clock
        self._active = active
        self._inside = 0
        self._between = False

    @contextmanager
    def graph(self) -> Iterator[None]:
        """From the start of a graph to its end."""
        self._pause()
        try:
            yield
        finally:
            self._resume()

    @contextmanager
    def node(self) -> Iterator[None]:
        """Round a node and what the framework does before and after it."""
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
    def holding(self) -> Iterator[None]:
        """Round a part of a node's work that goes on beside others: one place of it."""
        self._hold()
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Within a node or a part, round waiting for the conductor, or for parts."""
        self._release()
        try:
            yield
        finally:
            self._hold()

    def _pause(self) -> None:
        """No node is going on: the graph itself holds a token."""
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
