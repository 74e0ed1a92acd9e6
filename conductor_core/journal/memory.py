"""Events kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflow_ir.events import Event


@dataclass(slots=True)
class MemoryJournal:
    """Keeps every event, in order."""

    events: list[Event] = field(default_factory=list)

    def append(self, event: Event) -> None:
        """Keep one event."""
        self.events.append(event)
