"""Ctrl-C and its kin: the run is cancelled, everything of it awaited, and then told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """A signal ended the run; nothing of it is left."""


def run_interruptibly(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a loop of its own; each signal cancels it.

    The work decides how long its end takes: processes get their grace time, then they are killed,
    and what was done is undone. A second signal ends the undoing.
    Signals that the caller's shell has switched off stay off.

    Raises:
        Interrupted: A signal came, and the work has ended.
    """
    came: list[signal.Signals] = []

    async def guarded() -> T:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()

        def cancel(number: signal.Signals) -> None:
            came.append(number)
            task.cancel()

        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                with suppress(ValueError, RuntimeError):  # not the main thread
                    loop.add_signal_handler(number, cancel, number)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        if not came:
            raise RuntimeError("the run cancelled itself") from None
        raise Interrupted from None
    finally:
        work.close()
