"""One session with an MCP server, in a task of its own.

The client's cancel scopes must be left by the task that entered them, while calls come from the
tasks of many steps. So one task opens the session, waits, and closes it; and whoever calls also
watches that task: when it breaks down, the client leaves its callers waiting for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

import httpx
from mcp import ClientSession, McpError, types

from conductor_core.failure.classify import classify
from conductor_core.failure.http_status import from_status
from conductor_core.failure.shown import shown
from workflow_ir.outcome import StandardError

Broke = Callable[[BaseException], None]
"""Told of a connection that will not answer any more, though the client goes on waiting."""
Connect = Callable[[Broke], AbstractAsyncContextManager[tuple[Any, Any]]]

_PAGES = 100
"""Of tools that are asked for; a server may have no end of them."""
_CLOSE_S = 3.0
"""Real seconds that a session may take to close before its task is cancelled."""
_GONE = (-32000, 32600)
"""What the client itself answers for a server that has ended, or forgotten the session."""
_INVALID_PARAMS = -32602

logging.getLogger("mcp").addHandler(logging.NullHandler())  # what fails is told by our errors


class Session:
    """Opened at the first use.

    Args:
        connect: Gives the two streams of the client, and tells when it breaks.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._opened: asyncio.Future[tuple[ClientSession, Mapping[str, types.Tool]]]
        self._broke: asyncio.Future[StandardError]
        self._users = 0
        self.over = False
        """Nothing more can be asked of it."""

    @property
    def in_use(self) -> bool:
        """Calls go on."""
        return self._users > 0

    @contextmanager
    def used(self) -> Iterator[None]:
        """Round a call."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1

    async def tools(self) -> Mapping[str, types.Tool] | StandardError:
        """The server's tools by name; opens the session."""
        if self._task is None:
            loop = asyncio.get_running_loop()
            self._opened, self._broke = loop.create_future(), loop.create_future()
            self._task = loop.create_task(self._live())
        await self._first(self._opened)
        if not self._opened.done():
            return self._broken()
        return self._opened.result()[1]

    async def use(
        self, tool: str, arguments: dict[str, Any]
    ) -> types.CallToolResult | StandardError:
        """Call a tool."""
        session, _ = self._opened.result()
        return await self._watched(session.call_tool(tool, arguments))

    async def aclose(self) -> None:
        """Close it, and end a server that was started; waits until that is done."""
        self.over = True
        if self._task is None:
            return
        self._closing.set()
        if not self._opened.done():
            self._task.cancel()
        ended = asyncio.wait({self._task}, timeout=_CLOSE_S)
        try:
            await asyncio.shield(ended)
        finally:
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.exception()  # looked at: nobody else need know

    async def _live(self) -> None:
        try:
            async with (
                self._connect(self._breaks) as (read, write),
                ClientSession(read, write, message_handler=self._hear) as session,
            ):
                await session.initialize()
                tools = await _all_tools(session)
                self._opened.set_result((session, tools))
                await self._closing.wait()
        finally:
            self.over = True

    async def _watched(
        self, call: Coroutine[Any, Any, types.CallToolResult]
    ) -> types.CallToolResult | StandardError:
        assert self._task is not None
        asked = asyncio.get_running_loop().create_task(call)
        try:
            await self._first(asked)
        finally:
            if not asked.done():
                asked.cancel()
                await asyncio.wait({asked})
        if asked.cancelled():
            return self._broken()
        problem = asked.exception()
        if problem is None:
            return asked.result()
        if isinstance(problem, McpError) and problem.error.code in _GONE:
            await self.aclose()  # whoever has started it knows more
            return self._broken()
        return _failure(problem)

    async def _first(self, wanted: asyncio.Future[Any]) -> None:
        """Wait for it, or for the end of the session."""
        assert self._task is not None
        ends = {wanted, self._task, self._broke}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)

    async def _hear(self, message: object) -> None:
        """What the server says by itself is not for us; what cannot be read is its end."""
        if isinstance(message, Exception):
            self._breaks(message)

    def _breaks(self, problem: BaseException) -> None:
        if self._broke.done():
            return
        known = isinstance(problem, httpx.HTTPError) or hasattr(problem, "standard_error")
        error = StandardError.of("output.format", "the MCP server's answer is no message of MCP")
        self._broke.set_result(_failure(problem) if known else error)

    def _broken(self) -> StandardError:
        """Why the session has ended by itself."""
        self.over = True
        assert self._task is not None
        if self._broke.done():
            return self._broke.result()
        if self._task.done() and not self._task.cancelled():
            problem = self._task.exception()
            if problem is not None:
                return _failure(problem)
        return StandardError.of("transport.read", "the MCP server has ended")


async def _all_tools(session: ClientSession) -> dict[str, types.Tool]:
    tools: dict[str, types.Tool] = {}
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await session.list_tools(params=types.PaginatedRequestParams(cursor=cursor))
        tools |= {tool.name: tool for tool in page.tools}
        cursor = page.nextCursor
        if cursor is None:
            break
    return tools


def _failure(problem: BaseException) -> StandardError:
    leaf = problem
    while isinstance(leaf, BaseExceptionGroup):
        leaf = leaf.exceptions[0]
    if isinstance(leaf, McpError):
        code, said = leaf.error.code, shown(f"the MCP server: {leaf.error.message}")
        if code in _GONE:
            return StandardError.of("http.404", "the MCP server knows nothing of its URL")
        if code == _INVALID_PARAMS:
            return StandardError.of("input.invalid", said)
        return StandardError.of("unable_to_complete", said)
    if isinstance(leaf, httpx.HTTPStatusError):
        answer = leaf.response
        said = f"the MCP server answered {answer.status_code}"
        if answer.status_code < 400:
            return StandardError.of("config.request", f"{said}: it is elsewhere; correct its URL")
        return from_status(answer.status_code, said, headers=answer.headers)
    if isinstance(leaf, RuntimeError) and "structured content" in str(leaf):
        return StandardError.of("output.schema", shown(str(leaf)))
    return classify(problem)
