"""An event loop on a thread of its own: what runs there can block nobody else."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import weakref
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ending:
    """How work on another loop ended."""

    value: Any = None
    error: BaseException | None = None


class LoopThread:
    """A loop that turns until it is closed or forgotten.

    The thread is a daemon: work that blocks the loop keeps the thread, never the program.
    """

    def __init__(self, name: str = "melody-loop") -> None:
        self._loop = asyncio.new_event_loop()
        self._at_work: list[Work] = []
        """Whose code is being run, so that who blocks the loop is known."""
        threading.Thread(target=_turn, args=(self._loop,), name=name, daemon=True).start()
        self._close = weakref.finalize(self, _stop, self._loop)
        self._close.atexit = False

    def begin(self, work: Callable[[], Awaitable[Any]]) -> Work:
        """Start work there with the caller's context variables; called on the awaiting loop."""
        begun = Work(self._loop, self._at_work)
        context = contextvars.copy_context()
        self._loop.call_soon_threadsafe(lambda: begun.start(work, context))
        return begun

    def probe(self) -> threading.Event:
        """An event that is set once the loop turns again."""
        turned = threading.Event()
        self._loop.call_soon_threadsafe(turned.set)
        return turned

    def blocked_by(self, work: Work) -> bool:
        """Whether the loop is in code of that work now, or in that of nobody known."""
        return work in self._at_work or not self._at_work

    def close(self) -> None:
        """Cancel what still runs there and end the thread, without waiting for it."""
        self._close()


class Work:
    """Something that runs on another loop."""

    def __init__(self, there: asyncio.AbstractEventLoop, at_work: list[Work]) -> None:
        self._there, self._at_work = there, at_work
        self._here = asyncio.get_running_loop()
        self._task: asyncio.Task[Ending] | None = None
        self._cancelled = False
        self.done: asyncio.Future[Ending] = self._here.create_future()
        """Of the loop that awaits it."""
        self.ended = threading.Event()

    def start(self, work: Callable[[], Awaitable[Any]], context: contextvars.Context) -> None:
        """Called on the other loop."""
        self._task = self._there.create_task(self._guarded(work), context=context)
        self._task.add_done_callback(self._settle)
        if self._cancelled:
            self._task.cancel()

    def cancel(self) -> None:
        """Ask it to stop; called on the awaiting loop."""
        self._cancelled = True
        with suppress(RuntimeError):  # the other loop is closed
            self._there.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _guarded(self, work: Callable[[], Awaitable[Any]]) -> Ending:
        try:
            return Ending(value=await _Steps(work, self, self._at_work))
        except BaseException as error:  # noqa: BLE001 - SystemExit would end the loop
            return Ending(error=error)

    def _settle(self, task: asyncio.Task[Ending]) -> None:
        ending = Ending(error=asyncio.CancelledError()) if task.cancelled() else task.result()
        self.ended.set()
        with suppress(RuntimeError):  # the awaiting loop was closed meanwhile
            self._here.call_soon_threadsafe(self._tell, ending)

    def _tell(self, ending: Ending) -> None:
        if not self.done.done():
            self.done.set_result(ending)


class _Steps:
    """Awaits work and notes, step by step, when its code has the loop."""

    def __init__(
        self, work: Callable[[], Awaitable[Any]], whose: Work, at_work: list[Work]
    ) -> None:
        self._work, self._whose, self._at_work = work, whose, at_work

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._awaited()
        step: Callable[[Any], Any] = steps.send
        given: Any = None
        while True:
            self._at_work.append(self._whose)
            try:
                yielded = step(given)
            except StopIteration as end:
                return end.value
            finally:
                self._at_work.remove(self._whose)
            try:
                given, step = (yield yielded), steps.send
            except BaseException as error:  # noqa: BLE001 - a cancellation; handed on
                given, step = error, steps.throw

    async def _awaited(self) -> Any:
        return await self._work()


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    ended = False
    while not ended:
        try:
            loop.run_forever()
            ended = True
        except BaseException:  # noqa: BLE001, S112 - sys.exit in a task of a task; it is told there
            continue
    asyncio.set_event_loop(None)
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=1.0)
        for task in others:
            if not task.done():  # it swallows its cancellation; it dies with the loop
                task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001
        await loop.shutdown_asyncgens()
        loop.stop()

    with suppress(RuntimeError):  # closed already
        loop.call_soon_threadsafe(lambda: loop.create_task(end()))
