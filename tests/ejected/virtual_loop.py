"""An event loop on which time costs nothing, for ejected projects: they know plain asyncio only.

When nothing is ready and nobody works for real, the loop goes on to the next timer at once. It is
near to ``conductor_core.clock.virtual``: one thing happens at a time, what follows from it comes
before the next thing of the same moment, limits end before sleepers wake, and sleepers of one
moment wake by path. Decision 0007 says where such a loop would not do: work that nobody counts.
"""

from __future__ import annotations

import asyncio
import heapq
import selectors
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import Context, ContextVar
from itertools import count
from typing import Any, TypeVar, TypeVarTuple, Unpack

from workflow_ir.ids import natural_key

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

PERFORMED: ContextVar[str] = ContextVar("PERFORMED", default="")
"""Run path of what goes on in a task: scripted players set it, and sleepers are ordered by it."""

LONGEST_S = 60.0
"""Real seconds after which a run is taken for hanging."""

_STUCK_S = 5.0
"""Real seconds without anything ready, due or counted after which nothing will ever happen."""

_DIGITS = 6
"""Moments are whole microseconds, as those of ``VirtualClock`` are."""

_LIMIT, _SLEEPER = 0, 1
_WAKES = "_set_result_unless_cancelled"
"""What ``asyncio.sleep`` has called at its end; every other timer is a limit."""


class Stuck(RuntimeError):
    """Everybody waits, and for nothing that could ever come."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose ``time`` begins at 0 and goes on when nothing else can be done."""

    def __init__(self) -> None:
        self._now = 0.0
        self._due: list[tuple[float, int, Any, int, asyncio.TimerHandle]] = []
        """Moment, rank, path and number; the numbers differ, so nothing else is compared."""
        self._numbers = count()
        self._at_work = 0
        super().__init__(_Patient(self))

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Put a timer among those that are due."""
        when = round(max(when, self._now), _DIGITS)
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        sleeps = getattr(callback, "__name__", "") == _WAKES
        rank, path = (_SLEEPER, PERFORMED.get()) if sleeps else (_LIMIT, "")
        heapq.heappush(self._due, (when, rank, natural_key(path), next(self._numbers), handle))
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """As ``call_at``, from now."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Let a thread work: time stands still until it has ended."""
        future = super().run_in_executor(executor, func, *args)
        self._at_work += 1
        future.add_done_callback(self._worked)
        return future

    @contextmanager
    def working(self) -> Iterator[None]:
        """Round what is done outside of this loop: time stands still meanwhile."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    @property
    def at_work(self) -> bool:
        """Somebody works for real."""
        return self._at_work > 0

    def go_on(self) -> bool:
        """Let the next thing that is due happen, at its moment. False: nothing is due."""
        while self._due:
            when, *_, handle = heapq.heappop(self._due)
            if not handle.cancelled():
                self._now = max(self._now, when)
                self._happen(handle)
                return True
        return False

    def _happen(self, handle: asyncio.TimerHandle) -> None:
        # The timer's own context goes along with it, so it runs as the base loop would run it.
        def ring() -> None:
            if not handle.cancelled():
                handle._run()

        self.call_soon(ring)

    def _worked(self, _future: asyncio.Future[Any]) -> None:
        self._at_work -= 1


class _Patient(selectors.BaseSelector):
    """Looks for what is ready; where a plain selector would wait, it lets time go on."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._inner = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._inner.select(0)
        if ready or timeout == 0:
            return ready
        if not self._loop.at_work and self._loop.go_on():
            return []
        ready = self._inner.select(LONGEST_S if self._loop.at_work else _STUCK_S)
        if not ready:
            raise Stuck("nothing is ready, nothing is due, and nobody works")
        return ready

    def register(
        self, fileobj: Any, events: int, data: Any = None
    ) -> selectors.SelectorKey:  # fmt: skip
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()


def real_work() -> AbstractContextManager[None]:
    """Round what is done outside of the loop that turns, if time is virtual on it."""
    loop = asyncio.get_running_loop()
    return loop.working() if isinstance(loop, VirtualLoop) else nullcontext()


def run_virtually(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end in virtual time.

    Raises:
        Stuck: It hangs.
        BaseException: What it raised.
    """
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())
