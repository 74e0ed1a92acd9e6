"""A server that is started: a process in a session of its own, spoken to by lines of JSON.

The client's own way to start one ends the process group only, and only when it is closed in good
order: a server's child in another session, or a runner that is killed, would leave processes. So
it is started as commands are: marked, watched by the guard, and ended with all that descends.
"""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import SubprocessStreamProtocol
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
from mcp import types
from mcp.shared.message import SessionMessage

from conductor_core.failure.shown import shown
from conductor_core.players.called import OUTPUT_LIMIT, too_large
from conductor_core.players.descendants import (
    MARK,
    group_lives,
    kill_all,
    marked_processes,
    new_mark,
    signal_all,
)
from conductor_core.players.isolation.guard import guard
from workflow_ir.outcome import StandardError

_LEAVES_S = 0.5
"""Real seconds that a server may take to end once its standard input is closed."""
_GRACE_S = 1.0
"""Real seconds between the polite signal and the deadly one."""
_POLL_S = 0.02
_TAIL = 2000
"""Bytes of standard error that are kept for messages."""


class ServerEnded(Exception):
    """The server has ended or cannot be started; the classifier reads ``standard_error``."""

    def __init__(self, error: StandardError) -> None:
        super().__init__(error.message)
        self.standard_error = error


@asynccontextmanager
async def started(
    argv: Sequence[str], folder: Path, env: Mapping[str, str]
) -> AsyncIterator[tuple[Any, Any]]:
    """The two streams of the client. Leaving ends the server and everything it has started.

    Raises:
        ServerEnded: ``config.missing``: it cannot be started; ``transport.read``: it ended by
            itself, with the last line that it wrote to standard error.
    """
    server = await _Server.start(argv, folder, env)
    answers, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write, calls = anyio.create_memory_object_stream[SessionMessage](0)
    loop = asyncio.get_running_loop()
    tasks = [
        loop.create_task(server.receive(answers)),
        loop.create_task(server.send(calls)),
        loop.create_task(server.keep_tail()),
    ]
    try:
        try:
            yield read, write
        except Exception as error:
            if server.ended:
                raise ServerEnded(server.told()) from error
            raise
        if server.ended:
            raise ServerEnded(server.told())
    finally:
        try:
            await server.stop()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for stream in (answers, read, write, calls):
                stream.close()


class _Pipes(SubprocessStreamProtocol):
    """Its streams. What a server leaves behind when it ends by itself ends with it.

    A child that it has started holds its standard output open: nobody would learn of its end.
    """

    def __init__(self, mark: str) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(limit=OUTPUT_LIMIT, loop=loop)
        self._mark = mark
        self._pid: int | None = None
        self.stopping = False
        """It has been asked to end, and its children have their time, too."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the process id: it cannot be asked for after the end."""
        super().connection_made(transport)
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._pid = transport.get_pid()

    def process_exited(self) -> None:
        """Kill what is left of it, so that its output ends."""
        super().process_exited()
        if self._pid is not None and not self.stopping:
            kill_all(self._pid, self._mark)


class _Server:
    """The process."""

    def __init__(
        self, program: str, transport: asyncio.SubprocessTransport, protocol: Any, mark: str
    ) -> None:
        self._program, self._transport, self._protocol = program, transport, protocol
        self._mark, self._pid = mark, transport.get_pid()
        self._stdin = asyncio.StreamWriter(
            transport.get_pipe_transport(0),  # type: ignore[arg-type]
            protocol,
            None,
            asyncio.get_running_loop(),
        )
        self._tail = b""
        self._overflowed = False
        self.ended = False
        """It has closed its standard output."""

    @classmethod
    async def start(cls, argv: Sequence[str], folder: Path, env: Mapping[str, str]) -> _Server:
        loop, mark = asyncio.get_running_loop(), new_mark()
        starting = asyncio.ensure_future(
            loop.subprocess_exec(
                lambda: _Pipes(mark),
                *argv,
                cwd=folder,
                env={**env, **guard().environment(), MARK: mark},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        )
        try:
            transport, protocol = await asyncio.shield(starting)
        except asyncio.CancelledError:  # what has been started must be known to be stopped
            transport, protocol = await starting
            kill_all(transport.get_pid(), mark)
            transport.close()
            raise
        except OSError as error:
            fact = f"the MCP server {argv[0]!r} could not be started: {error.strerror}"
            raise ServerEnded(StandardError.of("config.missing", fact, origin="host")) from error
        guard().watch(transport.get_pid())
        return cls(argv[0], transport, protocol, mark)

    async def receive(self, answers: Any) -> None:
        """Hand on what it writes; lines that are no messages are passed over."""
        try:
            while line := await self._protocol.stdout.readline():
                try:
                    message = types.JSONRPCMessage.model_validate_json(line)
                except ValueError:
                    continue
                await answers.send(SessionMessage(message))
        except ValueError:
            self._overflowed = True
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # nobody listens any more
        finally:
            self.ended = True
            answers.close()

    async def send(self, calls: Any) -> None:
        """Write what the client says."""
        with suppress(OSError, anyio.ClosedResourceError):
            async for said in calls:
                text = said.message.model_dump_json(by_alias=True, exclude_none=True)
                self._stdin.write(text.encode() + b"\n")
                await self._stdin.drain()

    async def keep_tail(self) -> None:
        """Keep the last of what it writes to standard error."""
        while chunk := await self._protocol.stderr.read(4096):
            self._tail = (self._tail + chunk)[-_TAIL:]

    def told(self) -> StandardError:
        """That it has ended, and what it said last; or that it wrote too long a line."""
        if self._overflowed:
            return too_large(f"the MCP server {self._program!r}", OUTPUT_LIMIT)
        lines = self._tail.decode(errors="replace").strip().splitlines()
        said = f": {lines[-1]}" if lines else ""
        fact = f"the MCP server {self._program!r} has ended{said}"
        return StandardError.of("transport.read", shown(fact))

    async def stop(self) -> None:
        """Close its input, then ask it to end, then kill it and whatever descends from it."""
        self._protocol.stopping = True
        try:
            self._stdin.close()
            await self._gone(_LEAVES_S)
            signal_all(self._pid, marked_processes(self._mark), signal.SIGTERM)
            await self._gone(_GRACE_S)
        finally:  # also when a cancellation cuts the grace short
            kill_all(self._pid, self._mark)
            guard().forget(self._pid)
            self._transport.close()

    async def _gone(self, seconds: float) -> None:
        """Wait until all of it has ended, at most so long; nothing tells of the end of a group."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until and (group_lives(self._pid) or marked_processes(self._mark)):  # noqa: ASYNC110
            await asyncio.sleep(_POLL_S)
