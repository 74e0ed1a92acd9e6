"""One call to a process and the line that answers it, or why there is none."""

from __future__ import annotations

import select
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from conductor_core.players.isolation.cpu_time import cpu_time_s
from conductor_core.players.isolation.pipes import Pipes

Why = Literal["ended", "output", "cpu", "garbage", "cancelled"]
"""Why there is no answer: it ended, it gave too much, it used too much, it sent more than a line,
it is not wanted any more."""

_FRAME = 2**17
"""Bytes of an answer beside its output: an error with its details, names and numbers."""
_LOOK_S = 0.1
"""Real seconds between two looks at what no file tells of."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to be sent."""

    frame: bytes
    """JSON, with its end of line."""
    output_bytes: int
    """Of the answer, and of what is printed meanwhile."""
    cpu_s: int | None
    """Processor time, whole seconds. None: no bound."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """There is no answer, and the process must end."""

    why: Why


class Exchange:
    """Sends a call and reads until the answer is whole. Blocks; in a thread."""

    def __init__(
        self, call: Call, pipes: Pipes, pid: int, exit_file: int | None, over: Callable[[], bool]
    ) -> None:
        """Get ready.

        Args:
            call: What to send.
            pipes: To the process.
            pid: Of the process.
            exit_file: Ready when the process has ended; None where the system has none.
            over: Whether the process has ended.
        """
        self._call, self._pipes, self._pid, self._over = call, pipes, pid, over
        self._exit_file = exit_file
        self._unsent = memoryview(call.frame)
        self._line = bytearray()
        self._printed = 0
        self._used = cpu_time_s(pid) if call.cpu_s is not None else None
        self._poll = select.poll()
        self._poll.register(pipes.calls_write, select.POLLOUT)
        for file in (pipes.answers_read, pipes.printed_read, pipes.wake_read, exit_file):
            if file is not None:
                self._poll.register(file, select.POLLIN)

    def run(self) -> bytes | Unanswered:
        """The line without its end."""
        looking = self._exit_file is None or self._used is not None
        pipes = self._pipes
        while True:
            ready = {file for file, _ in self._poll.poll(_LOOK_S * 1000 if looking else None)}
            if pipes.wake_read in ready:
                return Unanswered("cancelled")
            if pipes.calls_write in ready:
                self._send()
            if pipes.printed_read in ready and not self._hear_printed():
                return Unanswered("output")
            if pipes.answers_read in ready:
                chunk = pipes.read_answer()
                found = self._hear(chunk)
                if found is not None:
                    return found
                if chunk:
                    continue  # the end of the process counts when all is read
                self._poll.unregister(pipes.answers_read)
            if self._overdue():
                return Unanswered("cpu")
            if (self._exit_file is None or self._exit_file in ready) and self._over():
                return Unanswered("ended")

    def _send(self) -> None:
        self._unsent = self._pipes.send(self._unsent)
        if not self._unsent:
            self._poll.unregister(self._pipes.calls_write)

    def _hear_printed(self) -> bool:
        """Whether it has printed no more than it may."""
        told = self._pipes.read_printed()
        if not told:
            self._poll.unregister(self._pipes.printed_read)
        self._printed += told
        return self._printed <= self._call.output_bytes

    def _hear(self, chunk: bytes) -> bytes | Unanswered | None:
        self._line += chunk
        if b"\n" in chunk:
            whole = self._line.endswith(b"\n") and self._line.count(b"\n") == 1
            return bytes(self._line[:-1]) if whole else Unanswered("garbage")
        if len(self._line) > self._call.output_bytes + _FRAME:
            return Unanswered("output")
        return None

    def _overdue(self) -> bool:
        """Whether it goes on in spite of SIGXCPU."""
        if self._used is None or self._call.cpu_s is None:
            return False
        now = cpu_time_s(self._pid)
        return now is not None and now - self._used > self._call.cpu_s + 1
