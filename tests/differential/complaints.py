"""What asyncio complains of: exceptions of tasks and futures that nobody has looked at."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 1
"""Generation of the garbage collector that what a run leaves behind has not outgrown."""


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"asyncio complains: {record.getMessage()}")


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Collect them; they come when what nobody has looked at is thrown away."""
    listener, logger = _Listener(), logging.getLogger("asyncio")
    logger.addHandler(listener)
    try:
        yield listener.heard
        gc.collect(_YOUNG)
    finally:
        logger.removeHandler(listener)
