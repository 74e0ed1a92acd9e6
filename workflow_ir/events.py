"""Events: the one append-only list from which everything else about a run is told (spec 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened."""

    RUN_STARTED = "run_started"
    STEP_STARTED = "step_started"
    ATTEMPT_STARTED = "attempt_started"
    ATTEMPT_FAILED = "attempt_failed"
    HEDGED = "hedged"
    """Another attempt was begun beside one that takes long."""
    LIMITED = "limited"
    """An attempt waited for its player's rate limit."""
    BREAKER = "breaker"
    """A breaker has changed its state, or let an attempt not through."""
    LEFT_BEHIND = "left_behind"
    """A player did not end when it was stopped; it is asked no more."""
    REFRESHED = "refreshed"
    """A credential was renewed, or could not be."""
    REROUTED = "rerouted"
    """A player with the same capability was chosen in place of one that failed."""
    RECONSTRUCTED = "reconstructed"
    """A missing output was made from a later one."""
    NOTICE = "notice"
    """Somebody is to be told of a failure."""
    GATE_CHECKED = "gate_checked"
    DECISION = "decision"
    BRANCH_TAKEN = "branch_taken"
    ROUTED = "routed"
    """A player was chosen by capability."""
    MODEL_CALLED = "model_called"
    """An agent asked its model, at ``PATH~model.n``."""
    TOOL_USED = "tool_used"
    """An agent used a tool, at ``PATH~tool.n``."""
    READING = "reading"
    """What a ``require`` read of services and the machine."""
    WAITING = "waiting"
    """A person, an event or a time is waited for."""
    ANSWERED = "answered"
    STEP_FINISHED = "step_finished"
    RUN_FINISHED = "run_finished"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a run. Serialised off the hot path."""

    kind: EventKind
    seq: int
    """Counts from 1 within the run."""
    time: float
    """Seconds since the epoch, of the run's clock (virtual in scripted runs)."""
    run: str
    path: str = ""
    """Run path; empty for the run itself."""
    facts: dict[str, Any] = field(default_factory=dict)
    """More, by kind; values are plain JSON or have ``to_json``."""

    def to_json(self) -> dict[str, Any]:
        """One line of the journal (spec 8, Further rulings)."""
        stamp = datetime.fromtimestamp(self.time, UTC).isoformat(timespec="milliseconds")
        tree: dict[str, Any] = {
            "event": self.kind.value,
            "seq": self.seq,
            "time": stamp.replace("+00:00", "Z"),
            "run": self.run,
            "path": self.path,
        }
        for name, value in self.facts.items():
            tree[name] = value.to_json() if hasattr(value, "to_json") else value
        return tree
