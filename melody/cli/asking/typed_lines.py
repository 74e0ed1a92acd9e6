"""Lines that a person types, without holding up the run."""

from __future__ import annotations

import asyncio
import os

_MOST = 65_536


class TypedLines:
    """Reads a terminal line by line; a wait for a line can be cancelled at any time."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._typed = b""

    async def next(self) -> str | None:
        """The next line without its end; None: whoever types has closed the input."""
        while b"\n" not in self._typed:
            more = await self._more()
            if not more:
                return None
            self._typed += more
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")

    async def _more(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[bytes] = loop.create_future()

        def read() -> None:
            if not ready.done():
                try:
                    ready.set_result(os.read(self._number, _MOST))
                except OSError:  # the terminal has gone
                    ready.set_result(b"")

        loop.add_reader(self._number, read)
        try:
            return await ready
        finally:
            loop.remove_reader(self._number)
