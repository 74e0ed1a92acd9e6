"""Waiting for several things at once, leaving none behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from conductor_core.end_all import end_all

T = TypeVar("T")


async def together(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Await all and return what they gave, in their order.

    When one raises or the caller is cancelled, the others are cancelled and awaited before this
    is told: ``asyncio.gather`` would leave them, a ``TaskGroup`` would wrap the exception.
    """
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(call) for call in calls]
    if not tasks:
        return []
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        try:
            await end_all(tasks)
        finally:
            for task in tasks:  # looked at, so that asyncio complains of none of them
                if not task.cancelled():
                    task.exception()
    failed = [task for task in tasks if not task.cancelled() and task.exception() is not None]
    return [task.result() for task in (failed or tasks)]
