"""One process of a command: started in a session of its own, drained, watched and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conductor_core.players.descendants import (
    MARK,
    group_lives,
    kill_all,
    marked_processes,
    new_mark,
    signal_all,
)
from conductor_core.players.isolation.bounds import Bounds
from conductor_core.players.isolation.guard import guard
from conductor_core.players.own_thread import own_thread

GRACE_S = 2.0
"""Real seconds between the polite signal and the deadly one."""
DRAIN_S = 0.2
"""Real seconds that output is waited for after the end: a child may still hold the pipe."""
UNBOUNDED = Bounds()
"""Nothing but wall time, which the caller keeps."""
_BOUNDED = Path(__file__).parent / "isolation" / "bounded_program.py"
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
    bounds: Bounds = UNBOUNDED,
) -> Ended:
    """Run one program to its end. Cancelling stops it and everything it started.

    Args:
        argv: The program and its arguments; no shell is involved.
        cwd: Where it runs.
        env: The whole environment of it.
        stdin: What it reads; None: nothing.
        limit: Bytes of standard output and error together that are accepted.
        bounds: What the system lets each of its processes use.

    Raises:
        OSError: It could not be started.
    """
    mark = new_mark()
    # In threads, here and in `_stop`: what starts processes or reads /proc blocks for a while.
    guarded = await own_thread(guard().environment)
    with _told_errno() as (tell, errno_told):
        if bounds:
            argv = _bounded(argv, bounds, tell, keep_ctype="LC_CTYPE" in env)
        start = asyncio.ensure_future(
            asyncio.get_running_loop().subprocess_exec(
                lambda: _Watch(limit),
                *argv,
                cwd=cwd,
                env={**env, **guarded, MARK: mark},
                stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                pass_fds=(tell,) if bounds else (),
            )
        )
        try:
            transport, watch = await asyncio.shield(start)
        except asyncio.CancelledError:  # what has been started must be known to be stopped
            transport, watch = await start
            await _stop(transport.get_pid(), mark, watch, grace_s=0.0)
            transport.close()
            raise
        pid = transport.get_pid()
        guard().watch(pid)
        try:
            if stdin is not None:
                _feed(transport.get_pipe_transport(0), stdin)
            await asyncio.wait({watch.exited, watch.overflow}, return_when=asyncio.FIRST_COMPLETED)
            if watch.exited.done():
                _, undrained = await asyncio.wait({watch.drained}, timeout=DRAIN_S)
                # What it left running ends with it; who still holds a pipe is such a process.
                left = await _marked(mark) if undrained else ()
                signal_all(pid, left, signal.SIGKILL)
            else:
                await _stop(pid, mark, watch, grace_s=0.0)
        except asyncio.CancelledError:
            await _stop(pid, mark, watch, grace_s=GRACE_S)
            raise
        finally:
            guard().forget(pid)
            transport.close()
        number = errno_told() if bounds else 0
        if number:
            raise OSError(number, os.strerror(number))
    code = transport.get_returncode()
    return Ended(
        exit_code=-signal.SIGKILL if code is None else code,
        stdout=bytes(watch.output[1]),
        stderr=bytes(watch.output[2]),
        overflowed=watch.overflow.done(),
    )


@contextmanager
def _told_errno() -> Iterator[tuple[int, Callable[[], int]]]:
    """A file to write an errno to, and what reads it: 0 if none was written."""
    read, write = os.pipe()
    os.set_blocking(read, False)

    def told() -> int:
        try:
            return int(os.read(read, 16) or 0)
        except BlockingIOError:
            return 0

    try:
        yield write, told
    finally:
        os.close(read)
        os.close(write)


def _bounded(argv: Sequence[str], bounds: Bounds, tell: int, *, keep_ctype: bool) -> list[str]:
    """The command that bounds itself and then becomes ``argv``."""
    limits = (bounds.memory_bytes or 0, bounds.cpu_s or 0, tell, int(keep_ctype))
    return [sys.executable, "-I", "-S", str(_BOUNDED), *map(str, limits), *argv]


def _feed(pipe: asyncio.BaseTransport | None, data: bytes) -> None:
    assert isinstance(pipe, asyncio.WriteTransport)
    pipe.write(data)  # a program that does not read it breaks the pipe, which is no failure
    pipe.write_eof()


async def _marked(mark: str) -> list[int]:
    return await own_thread(lambda: marked_processes(mark))


async def _stop(pid: int, mark: str, watch: _Watch, *, grace_s: float) -> None:
    """End the process, its group and whatever else descends from it, and wait until it is gone."""
    try:
        if grace_s > 0:
            signal_all(pid, await _marked(mark), signal.SIGTERM)
            async with asyncio.timeout(grace_s):
                await asyncio.shield(watch.exited)
                # Nothing tells of the end of a group.
                while group_lives(pid) or await _marked(mark):  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_S)
    except TimeoutError:
        pass
    finally:  # also when a second cancellation cuts the grace short; the thread ends all the same
        await own_thread(lambda: kill_all(pid, mark))
    await asyncio.wait({watch.exited}, timeout=_REAP_S)
