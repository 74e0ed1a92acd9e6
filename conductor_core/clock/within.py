"""Work that may take so long and no longer, in the time of the run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from conductor_core.ports import Timer

T = TypeVar("T")


class TimeIsOver(Exception):
    """The work was cancelled and awaited, since its time was over."""


async def within(
    seconds: float, alarm: Callable[[float, Callable[[], None]], Timer], work: Awaitable[T]
) -> T:
    """Await ``work`` in the caller's own task.

    Args:
        seconds: How long it may take.
        alarm: Of a clock or a lease.
        work: What is cancelled when the time is over.

    Raises:
        TimeIsOver: It took longer.
        asyncio.CancelledError: The caller is cancelled; that counts before the time.
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    rang = False

    def ring() -> None:
        nonlocal rang
        rang = True
        task.cancel()

    timer = alarm(seconds, ring)
    try:
        done = await work
    except BaseException as problem:
        ours_alone = rang and task.uncancel() <= before
        if ours_alone and isinstance(problem, asyncio.CancelledError):
            raise TimeIsOver from None
        raise
    finally:
        timer.cancel()
    if rang:  # it ended all the same, though it was told to stop
        task.uncancel()
        raise TimeIsOver
    return done
