"""One stream of events for several listeners."""

from __future__ import annotations

from dataclasses import dataclass

from conductor_core.ports import Journal
from workflow_ir.events import Event


@dataclass(frozen=True, slots=True)
class FanOut:
    """Hands every event to each listener, in their order; the first one is the journal."""

    listeners: tuple[Journal, ...]

    def append(self, event: Event) -> None:
        """Hand one event on."""
        for listener in self.listeners:
            listener.append(event)
