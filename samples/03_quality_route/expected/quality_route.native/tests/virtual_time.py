"""Time for tests, in which nobody waits: where nothing else can be done, the clock jumps."""

from __future__ import annotations

import asyncio
import re
import selectors
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

LOOK_S = 0.02
"""How often it is looked whether somebody is still at work, in real seconds."""
WORKER = re.compile("player$|(asyncio-)?waitpid-")
"""Names of threads that work for a player, or wait for its process."""


class JumpingClock(selectors.DefaultSelector):
    """What an event loop waits with: it waits for real work only, and never for a timer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.jobs: set[asyncio.Future[Any]] = set()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is not None and not self.at_work():
            self.now += timeout + 1e-6  # a bit more than less: sums of floats are not exact
            return []
        begun = time.monotonic()
        ready = super().select(timeout if timeout is None else min(timeout, LOOK_S))
        self.now += time.monotonic() - begun
        return ready

    def at_work(self) -> bool:
        """A real player has a connection, a thread or a process: time passes as it does outside."""
        connected = len(self.get_map()) > 1  # the first one wakes the loop
        named = {thread.name for thread in threading.enumerate()}
        return connected or bool(self.jobs) or any(map(WORKER.match, named))


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = JumpingClock()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        job = super().run_in_executor(executor, func, *args)
        self.clock.jobs.add(job)
        job.add_done_callback(self.clock.jobs.discard)
        return job


def in_no_time(main: Coroutine[Any, Any, T]) -> T:
    """What `asyncio.run` gives, at once."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main)
