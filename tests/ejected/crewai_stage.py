"""CrewAI under test: it writes to no home but a temporary one, and virtual time waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from adapters.crewai.silence import SILENCE, load
from tests.ejected.virtual_loop import VirtualLoop
from tests.ejected.written import temporary_folder

_WRAP: Final = asyncio.wrap_future


@cache
def variables() -> dict[str, str]:
    """What CrewAI reads while projects run."""
    load()
    return {**SILENCE, "CREWAI_STORAGE_DIR": str(temporary_folder())}


@contextmanager
def threads_counted() -> Iterator[None]:
    """Let virtual time stand still while CrewAI's event bus works in threads of its own."""
    asyncio.wrap_future = _counted
    try:
        yield
    finally:
        asyncio.wrap_future = _WRAP


def _counted(
    future: Future[Any] | asyncio.Future[Any], *, loop: asyncio.AbstractEventLoop | None = None
) -> asyncio.Future[Any]:
    wrapped = _WRAP(future, loop=loop)
    home = wrapped.get_loop()
    if isinstance(home, VirtualLoop):
        working = home.working()
        working.__enter__()
        wrapped.add_done_callback(lambda _: working.__exit__(None, None, None))
    return wrapped
