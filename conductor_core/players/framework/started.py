"""What a framework starts in one call ends with the call.

Frameworks leave tasks and threads behind when one of several fails or the caller is cancelled.
Such tasks are cancelled and awaited. Threads cannot be stopped, so they are awaited; they are
daemons, for a program that has ended must not wait for them.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conductor_core.end_all import end_all

T = TypeVar("T")


@dataclass(slots=True)
class _Started:
    """Of one call."""

    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    threads: set[concurrent.futures.Future[Any]] = field(default_factory=set)


_STARTED: contextvars.ContextVar[_Started | None] = contextvars.ContextVar(
    "melody_started", default=None
)


async def alone(call: Callable[[], Coroutine[Any, Any, T]], *, own_loop: bool) -> T:
    """What ``call`` gives, in a context of its own; then nothing that it started goes on.

    Context variables of the caller are not seen: those of a framework would make the call a part
    of a graph or flow that the step happens to run in.

    Args:
        call: What is to be done.
        own_loop: Whether the loop runs nothing but players. Else it is left as it is, and what
            the call leaves behind goes on there.
    """
    loop = asyncio.get_running_loop()
    if own_loop and not isinstance(loop.get_task_factory(), _TaskFactory):
        loop.set_task_factory(_TaskFactory())
        loop.set_default_executor(_Daemons())
    started = _Started()
    context = contextvars.Context()
    context.run(_STARTED.set, started)
    task = loop.create_task(call(), context=context)
    started.tasks.discard(task)
    try:
        return await task
    finally:
        await _ended(started)


async def _ended(started: _Started) -> None:
    while started.tasks or started.threads:
        left = {task for task in started.tasks if not task.done()}
        await end_all(left)
        for task in left:
            if not task.cancelled():
                task.exception()  # looked at: the call's own failure is the one to tell
        started.tasks -= {task for task in started.tasks if task.done()}
        threads = {future for future in started.threads if not future.done()}
        if threads:
            await asyncio.wait([asyncio.wrap_future(future) for future in threads])
        started.threads -= {future for future in started.threads if future.done()}


class _TaskFactory:
    """Notes which call a task belongs to."""

    def __call__(
        self, loop: asyncio.AbstractEventLoop, coro: Any, **more: Any
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **more)
        context = more.get("context")
        started = _STARTED.get() if context is None else context.get(_STARTED)
        if started is not None:
            started.tasks.add(task)
            task.add_done_callback(started.tasks.discard)
        return task


class _Daemons(ThreadPoolExecutor):
    """A thread for each call. asyncio takes no executor of another class."""

    def submit(
        self, fn: Callable[..., T], /, *args: Any, **kwargs: Any
    ) -> concurrent.futures.Future[T]:
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        started = _STARTED.get()
        if started is not None:
            started.threads.add(future)
            future.add_done_callback(started.threads.discard)

        def work() -> None:
            try:
                value = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
                future.set_exception(error)
            else:
                future.set_result(value)

        future.set_running_or_notify_cancel()  # nobody who stops waiting stops the thread
        threading.Thread(target=work, name="melody-framework", daemon=True).start()
        return future
