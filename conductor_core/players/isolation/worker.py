"""One process that performs calls of one python player, as its runner's thread sees it.

Everything here blocks; each call runs in a thread of its own (``IsolatedPerformer``). The process
has a session of its own, two pipes for the protocol and one for all that it prints.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conductor_core.players.descendants import (
    MARK,
    group_lives,
    kill_all,
    marked_processes,
    new_mark,
    signal_all,
)
from conductor_core.players.environment import inherited
from conductor_core.players.isolation.exchange import Call, Exchange, Why
from conductor_core.players.isolation.guard import guard
from conductor_core.players.isolation.pipes import Pipes

GRACE_S = 2.0
"""Real seconds between the polite signal and the deadly one."""
_LEAVE_S = 1.0
"""Real seconds an idle process may take to end once nothing more comes."""
_REAP_S = 1.0
_POLL_S = 0.02

_FIRST_LINE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[-1])['path'];"
    " from conductor_core.players.isolation.child import start; start()"
)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A call that got no answer; the process and all that it started are gone."""

    why: Why
    exit_code: int
    """Negative: the signal that ended it."""
    printed: str
    """The last of what it printed."""


class Worker:
    """A process with a session of its own. Used by one thread at a time; ``cancel`` by any."""

    def __init__(self, target: str, folder: str, memory_bytes: int) -> None:
        """Start it; the player's module is imported there at once.

        Raises:
            OSError: It could not be started.
        """
        self.memory_bytes = memory_bytes
        self._mark = new_mark()
        self._pipes = pipes = Pipes()
        told = {
            "path": _path(),
            "target": target,
            "folder": folder,
            "memory_bytes": memory_bytes,
            "calls": pipes.calls_read,
            "answers": pipes.answers_write,
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _FIRST_LINE, json.dumps(told)],
                stdin=subprocess.DEVNULL,
                stdout=pipes.printed_write,
                stderr=pipes.printed_write,
                env={**inherited(), **guard().environment(), MARK: self._mark},
                pass_fds=(pipes.calls_read, pipes.answers_write),
                start_new_session=True,
            )
        except BaseException:
            pipes.close()
            raise
        finally:
            pipes.close_theirs()
        self.pid = self._process.pid
        guard().watch(self.pid)
        self._exit = _exit_file(self.pid)
        self._drop = weakref.finalize(self, _drop, self._process, self._mark, pipes, self._exit)

    def call(self, call: Call) -> bytes | Stopped:
        """Make one call and wait for the line that answers it.

        Whatever else happens ends the process: too much output, too much processor time, more than
        one line, ``cancel``, its own end.
        """
        self._pipes.tail.clear()
        found = Exchange(call, self._pipes, self.pid, self._exit, lambda: not self.alive).run()
        if isinstance(found, bytes):
            return found
        exit_code = self.end(grace_s=GRACE_S if found.why == "cancelled" else 0.0)
        return Stopped(found.why, exit_code, self._pipes.tail.decode(errors="replace"))

    def cancel(self) -> None:
        """Let the call that goes on end; it answers ``cancelled``."""
        self._pipes.wake()

    def leave(self) -> None:
        """Tell an idle process that nothing more comes."""
        self._pipes.close_calls()

    def end(self, *, grace_s: float) -> int:
        """End the process, its group and its descendants; its exit code.

        Args:
            grace_s: Real seconds between TERM and KILL. 0: KILL at once.
        """
        if self.alive and grace_s > 0:
            signal_all(self.pid, marked_processes(self._mark), signal.SIGTERM)
            until = time.monotonic() + grace_s
            while time.monotonic() < until and self._something_lives():
                self._pipes.read_printed()  # who cannot print cannot end
                time.sleep(_POLL_S)
        return self._over()

    def close(self) -> int:
        """End an idle process as it likes, within ``_LEAVE_S``."""
        self.leave()
        until = time.monotonic() + _LEAVE_S
        poll = select.poll()
        if self._exit is not None:
            poll.register(self._exit, select.POLLIN)
        while time.monotonic() < until and self.alive:
            self._pipes.read_printed()  # who cannot print cannot end
            poll.poll(_POLL_S * 1000)
        return self._over()

    @property
    def alive(self) -> bool:
        """Whether it can be called again."""
        return self._process.poll() is None

    def _something_lives(self) -> bool:
        return self.alive or group_lives(self.pid) or bool(marked_processes(self._mark))

    def _over(self) -> int:
        self._pipes.read_printed()
        self._drop()
        return -signal.SIGKILL if self._process.returncode is None else self._process.returncode


def _drop(process: subprocess.Popen[bytes], mark: str, pipes: Pipes, exit_file: int | None) -> None:
    """Kill what is left, reap the process and give the files back; also when it is forgotten."""
    kill_all(process.pid, mark)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_REAP_S)
    guard().forget(process.pid)
    pipes.close()
    if exit_file is not None:
        os.close(exit_file)


def _path() -> list[str]:
    """Where modules are found in this process, for the other one: its folder may be another."""
    return [str(Path(entry).absolute()) for entry in sys.path]


def _exit_file(pid: int) -> int | None:
    """A file that is ready when the process has ended; None where the system has none."""
    opened: Any = getattr(os, "pidfd_open", None)
    if opened is None:
        return None
    with suppress(OSError):
        return int(opened(pid))
    return None
