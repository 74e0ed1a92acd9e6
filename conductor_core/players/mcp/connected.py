"""A server that is reached by HTTP: the guarded connection of http players under the client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from mcp.client.streamable_http import streamable_http_client

from conductor_core.players.called import OUTPUT_LIMIT, too_large
from conductor_core.players.http.guarded_transport import GuardedTransport, NotReached
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError


@asynccontextmanager
async def connected(
    url: str, headers: Mapping[str, str], allow: Allow, broke: Callable[[BaseException], None]
) -> AsyncIterator[tuple[Any, Any]]:
    """The two streams of the client. The URL itself is allowed by ``allow.mcp``, exactly so.

    Redirects are not followed to another host, and no proxy of the environment is used. ``broke``
    is told of an answer that breaks off: the client does not tell its caller.
    """
    transport = _Bounded(GuardedTransport(allow, by_host=False), broke)
    async with (
        httpx.AsyncClient(
            transport=transport,
            headers={"accept-encoding": "identity", "user-agent": "melody", **headers},
            timeout=None,  # noqa: S113 - the conductor keeps the time
            trust_env=False,
        ) as client,
        streamable_http_client(url, http_client=client) as (read, write, _),
    ):
        yield read, write


class _Bounded(httpx.AsyncBaseTransport):
    """Answers are neither compressed nor endless: the client reads them whole."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, broke: Callable[[BaseException], None]
    ) -> None:
        self._inner, self._broke = inner, broke

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.aclose()
            fact = f"the MCP server {request.url.host!r} compresses, which was not asked for"
            raise NotReached(StandardError.of("output.format", fact))
        assert isinstance(response.stream, httpx.AsyncByteStream)
        if request.method == "POST":
            response.stream = _Counted(response.stream, request.url.host, self._broke)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Counted(httpx.AsyncByteStream):
    """The answer to one call; what the server says by itself comes by another way."""

    def __init__(
        self, inner: httpx.AsyncByteStream, host: str, broke: Callable[[BaseException], None]
    ) -> None:
        self._inner, self._host, self._broke = inner, host, broke

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = OUTPUT_LIMIT
        try:
            async for chunk in self._inner:
                left -= len(chunk)
                if left < 0:
                    break
                yield chunk
        except httpx.TransportError as error:
            self._broke(error)
            raise
        if left < 0:
            large = NotReached(too_large(f"the MCP server {self._host!r}", OUTPUT_LIMIT))
            self._broke(large)
            raise large

    async def aclose(self) -> None:
        await self._inner.aclose()
