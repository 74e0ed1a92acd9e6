"""Where the async code of python players runs, by the isolation that is written."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from conductor_core.players.loop_thread import Ending, LoopThread
from conductor_core.players.quarantine import GRACE_S, Quarantine


class AsyncStage(Protocol):
    """Runs async work and keeps what it does to itself inside."""

    @property
    def own_loop(self) -> bool:
        """Whether it runs on the conductor's loop itself."""

    async def run(
        self,
        work: Callable[[], Awaitable[Any]],
        quarantine: Quarantine,
        stopping: Callable[[], None],
    ) -> Ending:
        """The result, or whatever was raised, ``SystemExit`` and a self-made cancellation too.

        Args:
            work: Called there, and awaited.
            quarantine: Of the player.
            stopping: Called when the work was told to stop.

        Raises:
            asyncio.CancelledError: The caller is cancelled; so was the work, and it has ended or
                the quarantine knows of it.
        """


@dataclass(frozen=True, slots=True)
class Inline:
    """On the conductor's loop: trusted, since what blocks there blocks everything."""

    own_loop: bool = field(default=True, init=False)

    async def run(
        self,
        work: Callable[[], Awaitable[Any]],
        quarantine: Quarantine,
        stopping: Callable[[], None],
    ) -> Ending:
        """In a task of its own, so that its own cancellation is told apart from the step's."""

        async def guarded() -> Ending:
            try:
                return Ending(value=await work())
            except (SystemExit, asyncio.CancelledError) as error:
                return Ending(error=error)

        ended = threading.Event()
        task = asyncio.get_running_loop().create_task(guarded())
        task.add_done_callback(lambda _: ended.set())
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            stopping()
            try:
                await asyncio.wait({task}, timeout=GRACE_S)
            finally:
                task.add_done_callback(_forget)
                if not task.done():
                    quarantine.stopped(ended, grace_s=0.0)
            raise
        return Ending(error=asyncio.CancelledError()) if task.cancelled() else task.result()


@dataclass(slots=True)
class OwnLoops:
    """On a background loop: one for each module of one run, so that what a module keeps works.

    A loop that is blocked is left to whoever blocks it, and the next call gets a new one.
    """

    module: str
    """Whose loop it is."""
    loops: dict[str, LoopThread]
    """Of all modules of the run."""
    own_loop: bool = field(default=False, init=False)

    async def run(
        self,
        work: Callable[[], Awaitable[Any]],
        quarantine: Quarantine,
        stopping: Callable[[], None],
    ) -> Ending:
        """On the loop of the module."""
        thread = self.loops.get(self.module)
        if thread is None:
            thread = self.loops[self.module] = LoopThread()
        try:
            return await _on(thread, work, quarantine, stopping)
        except _BlockedError:
            if self.loops.get(self.module) is thread:
                del self.loops[self.module]  # it ends with the last one who waits for it
            raise asyncio.CancelledError from None


@dataclass(frozen=True, slots=True)
class LoopForEachCall:
    """On a loop and thread of its own for every call."""

    own_loop: bool = field(default=False, init=False)

    async def run(
        self,
        work: Callable[[], Awaitable[Any]],
        quarantine: Quarantine,
        stopping: Callable[[], None],
    ) -> Ending:
        """On a new loop, which is closed after it."""
        thread = LoopThread("melody-player")
        try:
            return await _on(thread, work, quarantine, stopping)
        except _BlockedError:
            raise asyncio.CancelledError from None
        finally:
            thread.close()


class _BlockedError(Exception):
    """The work was cancelled, and its loop does not turn."""


async def _on(
    thread: LoopThread,
    work: Callable[[], Awaitable[Any]],
    quarantine: Quarantine,
    stopping: Callable[[], None],
) -> Ending:
    begun = thread.begin(work)
    try:
        await asyncio.wait({begun.done})
    except asyncio.CancelledError:
        begun.cancel()
        stopping()  # after it: who sleeps is to hear of one cancellation, not of two
        turned = thread.probe()
        until = time.monotonic() + GRACE_S
        try:
            await asyncio.wait({begun.done}, timeout=GRACE_S)
        finally:
            if not begun.ended.is_set():
                # One who only waits on a loop that another one blocks is not to blame.
                if turned.is_set() or thread.blocked_by(begun):
                    quarantine.stopped(begun.ended, grace_s=until - time.monotonic())
                if not turned.is_set():
                    raise _BlockedError
        raise
    return begun.done.result()


def _forget(task: asyncio.Future[Any]) -> None:
    """Take note of the outcome of abandoned work, so that asyncio does not report it."""
    if not task.cancelled():
        task.exception()
