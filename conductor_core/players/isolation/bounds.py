"""What a process that performs may use."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conductor_core.ports import Grant

MEMORY_BYTES = 4 * 2**30
"""Address space of a worker where nothing else is said. Threads and mapped files count, so less
than 1 GiB stops many libraries (research on failures, 5.3)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds that the system keeps for one call; wall time is kept by the conductor."""

    memory_bytes: int | None = None
    """Address space. None: no bound."""
    cpu_s: int | None = None
    """Whole seconds of processor time. None: no bound."""

    def __bool__(self) -> bool:
        return self.memory_bytes is not None or self.cpu_s is not None

    @classmethod
    def of(cls, grant: Grant) -> Bounds:
        """The bounds of one call: a share of a processor becomes seconds until the deadline."""
        cpu_s = None
        if grant.cpu is not None and grant.deadline is not None and grant.clock is not None:
            wall_s = max(0.0, grant.deadline - grant.clock.now())
            cpu_s = max(1, math.ceil(grant.cpu * wall_s))
        return cls(grant.memory_bytes, cpu_s)
