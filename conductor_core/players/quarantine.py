"""Calls that were told to stop and did not end; whose they are is asked no more."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field

from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import Retryable

GRACE_S = 1.5
"""Real seconds a cancelled call may take to clean up before it counts as left behind."""

_POLL_S = 0.02


@dataclass(slots=True)
class Quarantine:
    """What one player left behind in this run.

    A thread and a coroutine that swallows its cancellation cannot be stopped from outside. What
    they still do is nobody's result; but another call of the same player could meet it, so after
    the grace time there is none until the run has ended.
    """

    reason: str | None = None
    """Why the player is asked no more in this run. None: it may be."""
    _stopped: list[tuple[threading.Event, float]] = field(default_factory=list, init=False)
    """Ends of calls that were told to stop, and until when each may take, monotonic."""

    @property
    def left_behind(self) -> bool:
        """Whether a call that was told to stop goes on."""
        return self.reason is not None or any(not ended.is_set() for ended, _ in self._stopped)

    def stopped(self, ended: threading.Event, *, grace_s: float) -> None:
        """A call was told to stop; ``ended`` tells when it has."""
        self._stopped.append((ended, time.monotonic() + grace_s))

    async def refusal(self, target: str) -> StandardError | None:
        """``unable_to_complete`` if a call was left behind; waits for those still in their grace.

        Calls that have ended meanwhile are forgotten.
        """
        for ended, until in tuple(self._stopped):
            # A thread tells no loop of its end once nobody awaits it.
            while not ended.is_set() and time.monotonic() < until:  # noqa: ASYNC110
                await asyncio.sleep(_POLL_S)
            if not ended.is_set() and self.reason is None:
                self.reason = f"{target} was stopped and goes on all the same; it is asked no more"
        self._stopped = [(ended, until) for ended, until in self._stopped if not ended.is_set()]
        if self.reason is None:
            return None
        return StandardError.of(
            "unable_to_complete",
            self.reason,
            origin="conductor",
            retryable=Retryable.NO,
            detail={"left_behind": True},
        )
