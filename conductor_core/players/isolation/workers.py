"""The processes of one player: started when they are needed, kept while the run lasts."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from conductor_core.players.isolation.worker import Worker

KEPT = 4
"""Idle processes that are kept for one player; more are ended after their call."""


@dataclass(slots=True)
class Workers:
    """Processes of one player, each of which performs one call at a time.

    There is no queue: a call that finds no idle process gets a new one, so none waits for another
    and its time limits are its own. How many there are is bounded by how many steps may perform
    at the same time (``policy.concurrency``). Used by several threads.
    """

    target: str
    folder: Path
    _idle: list[Worker] = field(default_factory=list, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _closed: bool = field(default=False, init=False)

    def take(self, memory_bytes: int) -> Worker:
        """An idle process with this bound, else a new one.

        Raises:
            OSError: It could not be started.
        """
        with self._lock:
            for worker in reversed(self._idle):
                if worker.memory_bytes == memory_bytes:
                    self._idle.remove(worker)
                    if worker.alive:
                        return worker
                    worker.end(grace_s=0.0)
                    break
        return Worker(self.target, str(self.folder), memory_bytes)

    def give(self, worker: Worker) -> None:
        """A process that has answered, for the next call."""
        with self._lock:
            if not self._closed and len(self._idle) < KEPT:
                self._idle.append(worker)
                return
        worker.close()

    def close(self) -> None:
        """End the idle ones; those that still perform are ended after it."""
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        for worker in idle:
            worker.leave()  # all of them end side by side
        for worker in idle:
            worker.close()
