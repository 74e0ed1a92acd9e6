"""One process of a command: started in a session of its own, drained, watched and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from conductor_core.players.descendants import MARK, marked_processes, new_mark

GRACE_S = 2.0
"""Real seconds between the polite signal and the deadly one."""
DRAIN_S = 0.2
"""Real seconds that output is waited for after the end: a child may still hold the pipe."""
_REAP_S = 1.0
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that is over."""

    exit_code: int
    """Negative: the signal that ended it."""
    stdout: bytes
    stderr: bytes
    overflowed: bool = False
    """It wrote more than it may and was killed for that."""


class _Watch(asyncio.SubprocessProtocol):
    """Collects output up to a limit and notes the end.

    The end is told by ``process_exited``, not by ``Process.wait``, which on Python 3.11 returns
    only when every holder of the pipes is gone.
    """

    def __init__(self, limit: int) -> None:
        loop = asyncio.get_running_loop()
        self.output = {1: bytearray(), 2: bytearray()}
        self.room = limit
        self.open = {1, 2}
        self.exited: asyncio.Future[None] = loop.create_future()
        self.drained: asyncio.Future[None] = loop.create_future()
        self.overflow: asyncio.Future[None] = loop.create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.output[fd] += data[: self.room]
        self.room -= len(data)
        if self.room < 0 and not self.overflow.done():
            self.overflow.set_result(None)
        self.room = max(0, self.room)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        del exc
        self.open.discard(fd)
        if not self.open and not self.drained.done():
            self.drained.set_result(None)

    def process_exited(self) -> None:
        if not self.exited.done():
            self.exited.set_result(None)


async def run_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes | None,
    limit: int,
) -> Ended:
    """Run one program to its end. Cancelling stops it and everything it started.

    Args:
        argv: The program and its arguments; no shell is involved.
        cwd: Where it runs.
        env: The whole environment of it.
        stdin: What it reads; None: nothing.
        limit: Bytes of standard output and error together that are accepted.

    Raises:
        OSError: It could not be started.
    """
    loop = asyncio.get_running_loop()
    mark = new_mark()
    transport, watch = await loop.subprocess_exec(
        lambda: _Watch(limit),
        *argv,
        cwd=cwd,
        env={**env, MARK: mark},
        stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    pid = transport.get_pid()
    try:
        if stdin is not None:
            _feed(transport.get_pipe_transport(0), stdin)
        await asyncio.wait({watch.exited, watch.overflow}, return_when=asyncio.FIRST_COMPLETED)
        if watch.exited.done():
            _, undrained = await asyncio.wait({watch.drained}, timeout=DRAIN_S)
            # What it left running ends with it; whoever still holds a pipe is such a process.
            _signal_all(pid, marked_processes(mark) if undrained else (), signal.SIGKILL)
        else:
            await _stop(pid, mark, watch, grace_s=0.0)
    except asyncio.CancelledError:
        await _stop(pid, mark, watch, grace_s=GRACE_S)
        raise
    finally:
        transport.close()
    code = transport.get_returncode()
    return Ended(
        exit_code=-signal.SIGKILL if code is None else code,
        stdout=bytes(watch.output[1]),
        stderr=bytes(watch.output[2]),
        overflowed=watch.overflow.done(),
    )


def _feed(pipe: asyncio.BaseTransport | None, data: bytes) -> None:
    assert isinstance(pipe, asyncio.WriteTransport)
    pipe.write(data)  # a program that does not read it breaks the pipe, which is no failure
    pipe.write_eof()


async def _stop(pid: int, mark: str, watch: _Watch, *, grace_s: float) -> None:
    """End the process, its group and whatever else descends from it, and wait until it is gone."""
    others = marked_processes(mark)
    try:
        if grace_s > 0:
            _signal_all(pid, others, signal.SIGTERM)
            async with asyncio.timeout(grace_s):
                await asyncio.shield(watch.exited)
                while _alive(pid, marked_processes(mark)):  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(_POLL_S)
    except TimeoutError:
        pass
    finally:  # also when a second cancellation cuts the grace short
        _signal_all(pid, marked_processes(mark), signal.SIGKILL)
    await asyncio.wait({watch.exited}, timeout=_REAP_S)


def _alive(group: int, others: Iterable[int]) -> bool:
    if any(True for _ in others):
        return True
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _signal_all(group: int, others: Iterable[int], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
    for pid in others:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
