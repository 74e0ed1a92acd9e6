"""Seeing to it that no child outlives the runner, however the runner dies (spec 4, Enforcement).

One guard process for each runner process, started with its first child. It is in a session of its
own, holds none of the runner's files but one pipe, and ends when the runner ends.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from conductor_core.players.descendants import new_mark

RUNNER = "MELODY_RUNNER"
"""Name of the environment variable that holds the runner's mark."""

_SCRIPT = Path(__file__).with_name("guard_process.py")
_LAST_S = 5.0
"""Real seconds that the end of the guard is waited for when the runner ends by itself."""


class Guard:
    """The runner's side. Use ``guard()``: a fork of the runner needs one of its own."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.mark = new_mark()
        self._lock = threading.Lock()
        self._groups: set[int] = set()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the guard process. None: none was started."""
        return None if self._process is None else self._process.pid

    def environment(self) -> dict[str, str]:
        """What every child carries; the guard is running when this returns."""
        with self._lock:
            self._running()
        return {RUNNER: self.mark}

    def watch(self, group: int) -> None:
        """A child was started in a session of its own."""
        with self._lock:
            self._groups.add(group)
            self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """The child and its group are over; the number may be another's soon."""
        with self._lock:
            self._groups.discard(group)
            if self._process is not None:
                self._tell(f"-{group}")

    def close(self) -> None:
        """The runner ends: let the guard do its work and end, too."""
        with self._lock:
            process, self._process = self._process, None
        if process is None or self.owner != os.getpid():
            return
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_S)

    def _tell(self, line: str) -> None:
        process = self._running()
        assert process.stdin is not None
        pipe = process.stdin.fileno()
        with suppress(BrokenPipeError):  # it was killed; the next one is told of all groups
            try:
                os.write(pipe, f"{line}\n".encode())
            except BlockingIOError:  # it is far behind
                os.set_blocking(pipe, True)
                os.write(pipe, f"{line}\n".encode())
                os.set_blocking(pipe, False)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    str(_SCRIPT),
                    f"{RUNNER}={self.mark}",
                    str(self.owner),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                # No mark of an outer run: that one must not end it before its work is done.
                env={"PATH": os.defpath},
                start_new_session=True,
            )
            assert self._process.stdin is not None
            os.set_blocking(self._process.stdin.fileno(), False)  # an event loop writes to it
            for group in self._groups:
                os.write(self._process.stdin.fileno(), f"+{group}\n".encode())
        return self._process


_one: Guard | None = None
_one_lock = threading.Lock()


def guard() -> Guard:
    """The guard of this process."""
    global _one  # noqa: PLW0603 - one for each process is the point
    with _one_lock:
        if _one is None or _one.owner != os.getpid():
            _one = Guard()
            atexit.register(_one.close)
        return _one
