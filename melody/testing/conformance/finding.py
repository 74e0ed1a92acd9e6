"""What a check of the kit finds: a fact, under the name of the check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """The names under which mistakes of an adapter are caught."""

    NAME = "name"
    """The adapter has one name, and its objects and results bear it."""
    ROWS = "rows"
    """Its capability table has a row for every feature, and says how or why not."""
    LAZY = "lazy"
    """Name and table can be read without its framework being imported."""
    LOOP = "loop"
    """While one run waits, another one on the same event loop goes on."""
    SHARING = "sharing"
    """Runs of one compiled object, at the same time or one after the other, know nothing of each
    other."""
    PURITY = "purity"
    """Compiling changes nothing: neither the IR, nor what compiling again gives."""
    COMPILE = "compile"
    """The framework's object can be built."""
    EDGES = "edges"
    """The edges that the framework's object holds are those of the plan."""
    ENTRIES = "entries"
    """Each node on the way of the run was entered once, and no other one."""
    CONTRACT = "contract"
    """Outputs, statuses, attempts, decisions, gaps and virtual seconds are as promised."""
    ORDER = "order"
    """Steps settle in the promised order."""
    EVENTS = "events"
    """The events are whole: one beginning, one end, what began has ended, nothing comes later."""
    NATIVE = "native"
    """The normal form, and what agents asked and used, equal those of the native backend."""
    FAULT = "fault"
    """The conductor found no breach of the contract (MEL951 to MEL953)."""
    CRASH = "crash"
    """A run ends with a result or with a ``HostFault``, with no other exception."""
    HANGS = "hangs"
    """A run comes to its end."""
    LEFTOVERS = "leftovers"
    """No task goes on once a run has ended."""
    CANCELLATION = "cancellation"
    """A run that is cancelled ends so, all of it awaited first."""
    GAP = "gap"
    """A feature that the table declares a gap does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the contract says."""

    check: Check
    message: str
    """A sentence with the place in it."""

    def __str__(self) -> str:
        return f"{self.check}: {self.message}"
