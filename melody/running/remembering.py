"""What is known of players from earlier runs, and what this run adds (spec 4, history)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conductor_core.failure.history import Tally
from conductor_core.journal.history import FILE, Attempts, History, HistoryError
from conductor_core.ports import Journal

if TYPE_CHECKING:
    from melody.running.job import Job

LOG = logging.getLogger("melody")
"""Python shows its warnings on standard error unless a program asks for something else."""


@contextmanager
def remembering(job: Job) -> Iterator[tuple[Mapping[str, Tally], tuple[Journal, ...]]]:
    """Round a run: its history as of now, and who listens to it.

    A run with a script, a seed, injected faults or replaced models says nothing of its players; one
    without a journal keeps nothing. It begins without history and adds none (spec 8, Scripts).
    A file that cannot be used is told of once, and no run fails by it.
    """
    made_up = any(given is not None for given in (job.script, job.seed, job.replay))
    made_up = made_up or bool(job.faults) or job.offline
    if made_up or not job.journal:
        yield {}, ()
        return
    history, attempts = History(job.folder.resolve() / FILE), Attempts()
    try:
        known = history.read()
    except HistoryError as error:
        LOG.warning("%s; the run goes on without it", error)
        yield {}, ()
        return
    try:
        yield known, (attempts,)
    finally:
        try:
            history.add(attempts.ended)
        except HistoryError as error:
            LOG.warning("%s; nothing is remembered of this run", error)
