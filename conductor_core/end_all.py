"""Bringing tasks to their end, however often the one who waits is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any


async def end_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait for all of them.

    Raises:
        asyncio.CancelledError: The caller was cancelled meanwhile; all have ended nevertheless.
    """
    going_on = {task for task in tasks if not task.done()}
    for task in going_on:
        task.cancel()
    cancelled = None
    while going_on:
        try:
            _, going_on = await asyncio.wait(going_on)
        except asyncio.CancelledError as again:
            cancelled = again
            going_on = {task for task in going_on if not task.done()}
    if cancelled is not None:
        raise cancelled
