"""The pipes between a runner and one process that performs."""

from __future__ import annotations

import os
from contextlib import suppress

_CHUNK = 2**18
_TAIL = 4000
"""Bytes of what was printed last that are kept."""


class Pipes:
    """Calls to it, answers from it, what it prints, and one to wake the thread that waits for it.

    The runner's ends do not block.
    """

    def __init__(self) -> None:
        self.calls_read, self.calls_write = os.pipe()
        self.answers_read, self.answers_write = os.pipe()
        self.printed_read, self.printed_write = os.pipe()
        self.wake_read, self.wake_write = os.pipe()
        self.tail = bytearray()
        """The last of what was printed."""
        self._calls_open = True
        for end in (self.calls_write, self.answers_read, self.printed_read, self.wake_write):
            os.set_blocking(end, False)

    def close_theirs(self) -> None:
        """The process has its own copies."""
        for end in (self.calls_read, self.answers_write, self.printed_write):
            os.close(end)

    def close_calls(self) -> None:
        """Nothing more comes."""
        if self._calls_open:
            self._calls_open = False
            os.close(self.calls_write)

    def close(self) -> None:
        """Give all ends of the runner back."""
        self.close_calls()
        for end in (self.answers_read, self.printed_read, self.wake_read, self.wake_write):
            os.close(end)

    def wake(self) -> None:
        """Let the thread that waits look up."""
        with suppress(OSError):
            os.write(self.wake_write, b"x")

    def send(self, data: memoryview) -> memoryview:
        """What of ``data`` could not be sent yet; nothing if it is not read any more."""
        try:
            return data[os.write(self.calls_write, data) :]
        except BlockingIOError:
            return data
        except BrokenPipeError:  # the end of the process is told elsewhere
            return data[len(data) :]

    def read_answer(self) -> bytes:
        """A part of the answer; nothing at its end."""
        return _read(self.answers_read)

    def read_printed(self) -> int:
        """Bytes that were printed; 0 at the end. The last of them are kept."""
        chunk = _read(self.printed_read)
        self.tail += chunk
        del self.tail[:-_TAIL]
        return len(chunk)


def _read(file: int) -> bytes:
    try:
        return os.read(file, _CHUNK)
    except OSError:  # nothing there
        return b""
