"""An event loop in a thread of its own: whatever an adapter does to it, the kit goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST_S = 60.0
"""Real seconds after which a run is taken for hanging; the cases need far less."""

GRACE_S = 15.0
"""Real seconds in which what hangs may still end when it is cancelled; ``conductor_core.host``
itself waits for ten."""


def in_own_loop(
    main: Callable[[], Coroutine[Any, Any, T]],
    *,
    longest_s: float = LONGEST_S,
) -> T:
    """Run a coroutine to its end.

    A loop that is blocked, or holds what cannot be cancelled, is left behind with its thread.

    Args:
        main: Makes the coroutine, in the thread.
        longest_s: Real seconds after which it is cancelled. Once more as long, but not longer than
            ``GRACE_S``, it may take to end then.

    Raises:
        TimeoutError: It has not ended in time.
        BaseException: What the coroutine raised.
    """
    ended: list[T] = []
    raised: list[BaseException] = []

    def target() -> None:
        try:
            ended.append(asyncio.run(_in_time(main, longest_s)))
        except BaseException as problem:  # noqa: BLE001  told in the caller's thread
            raised.append(problem)

    thread = Thread(target=target, name="melody-testing", daemon=True)
    thread.start()
    thread.join(longest_s + min(GRACE_S, longest_s))
    if raised:
        raise raised[0]
    if not ended:
        raise TimeoutError(f"no end after {longest_s:g} s")
    return ended[0]


async def _in_time(main: Callable[[], Coroutine[Any, Any, T]], longest_s: float) -> T:
    task = asyncio.ensure_future(main())
    await asyncio.wait({task}, timeout=longest_s)
    if task.done():
        return task.result()
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
    raise TimeoutError(f"no end after {longest_s:g} s")
