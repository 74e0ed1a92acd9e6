"""A blocking call in a thread of its own, awaited.

Not ``asyncio.to_thread``: its pool is joined when the loop closes, so one player that blocks past
its time limit would keep the whole program from ending; a few such players would starve the rest.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[T]):
    value: T | None = None
    error: BaseException | None = None


async def own_thread(
    call: Callable[[], T],
    *,
    name: str = "melody-player",
    left: Callable[[threading.Event], None] | None = None,
) -> T:
    """What ``call`` returns or raises, while the loop goes on; context variables are kept.

    Cancelling the wait leaves the thread behind: a thread cannot be stopped from outside. It is a
    daemon, so it never keeps the program alive, and what it returns then is dropped.

    Args:
        call: Runs in the thread.
        name: Of the thread.
        left: Told of a thread that is left behind; the event is set when it ends.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Outcome[T]] = loop.create_future()
    ended = threading.Event()
    context = contextvars.copy_context()

    def settle(outcome: _Outcome[T]) -> None:
        if not done.done():
            done.set_result(outcome)

    def work() -> None:
        try:
            outcome = _Outcome(value=context.run(call))
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            outcome = _Outcome(error=error)
        ended.set()
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=work, name=name, daemon=True).start()
    try:
        outcome = await done
    except asyncio.CancelledError:
        if left is not None:
            left(ended)
        raise
    if outcome.error is not None:
        raise outcome.error
    return outcome.value  # type: ignore[return-value]
