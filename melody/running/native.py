"""A Melody as the framework's own object, for those who use it with the framework's own tools."""

from __future__ import annotations

from functools import partial
from typing import Any

from adapters import registry
from conductor_core.clock.real import RealClock
from conductor_core.clock.virtual import VirtualClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.stage import RunContext
from melody.running.job import Job, build, keys_of, people_of, players_of, readings_of


def native(job: Job) -> Any:
    """A compiled LangGraph graph, a CrewAI ``Crew`` or ``Flow``, a native ``Program``.

    Its steps are performed by the players of the job, as far as the project allows them.

    Raises:
        DiagnosticsError: As ``build``.
    """
    return build(job, partial(_context, job)).compiled.native


def _context(job: Job) -> RunContext:
    """Ports of one use; of one node where the framework keeps nothing else between nodes."""
    return RunContext(
        run=job.new_run(),
        clock=VirtualClock() if job.virtual else RealClock(),
        players=players_of(job, registry.load(job.on).agents()),
        journal=MemoryJournal(),
        seed=job.seed,
        scripted=job.script is not None,
        people=people_of(job),
        readings=readings_of(job),
        secrets=job.secrets,
        keys=keys_of(job),
        project=str(job.folder.resolve()),
    )
