"""Connections to addresses that were looked at before (spec 6: address checked at connect).

A name is resolved once, here. Each address is checked, and the connection is made to a checked
address itself, so a second answer of a name server cannot lead elsewhere (DNS rebinding). ``Host``
and the name that the certificate must carry stay those of the URL: httpx's documented extension
``sni_hostname`` is all that is needed. No proxy of the environment is used.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

import httpx

from conductor_core.players.allow import refused
from conductor_core.players.own_thread import own_thread
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class NotReached(Exception):
    """The host must not or cannot be reached; the classifier reads ``standard_error``."""

    def __init__(self, error: StandardError) -> None:
        super().__init__(error.message)
        self.standard_error = error


async def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, in the system's order; in a thread that nobody need wait for."""
    found = await own_thread(
        lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), name="melody-resolve"
    )
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Reaches one host only, since kept connections are told apart by address.

    Args:
        allow: What may be reached.
        by_host: The host must be allowed by ``allow.http``; else only its addresses are looked at.
        resolve: Finds addresses.
    """

    def __init__(
        self, allow: Allow, *, by_host: bool = True, resolve: Resolve | None = None
    ) -> None:
        self._allow = allow
        self._by_host = by_host
        self._resolve = resolve or resolved
        self._inner: httpx.AsyncHTTPTransport | None = None
        self.refusal: StandardError | None = None
        """Why the last request was not sent, for callers that do not see the exception."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to a checked address; the next one is tried where nobody listens.

        Raises:
            NotReached: ``policy.not_allowed``, or ``transport.connect``: there is no such host.
        """
        self.refusal = None
        url, problem = request.url, None
        if self._inner is None:
            self._inner = httpx.AsyncHTTPTransport(
                verify=_context() if url.scheme == "https" else False, trust_env=False
            )
        for address in await self._addresses(url):
            sent = httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={
                    **request.extensions,
                    "sni_hostname": url.raw_host.decode("ascii"),
                },
            )
            try:
                return await self._inner.handle_async_request(sent)
            except httpx.ConnectError as error:
                problem = error
        assert problem is not None
        raise problem

    async def aclose(self) -> None:
        """Close the connections."""
        if self._inner is not None:
            await self._inner.aclose()

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        if self._by_host:
            self._refuse(refused(self._allow.refuse_http(url.host)))
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        try:
            found = await self._resolve(url.raw_host.decode("ascii"), port)
        except (OSError, UnicodeError) as error:
            fact = (
                f"the host {url.host!r} was not found: {getattr(error, 'strerror', None) or error}"
            )
            self._refuse(StandardError.of("transport.connect", fact, target=url.host))
            raise AssertionError from error
        open_ = [one for one in found if self._allow.refuse_address(_bare(one)) is None]
        if not open_:
            self._refuse(refused(self._allow.refuse_address(_bare(found[0]))))
        return open_

    def _refuse(self, error: StandardError | None) -> None:
        if error is not None:
            self.refusal = error
            raise NotReached(error)


def _bare(address: str) -> str:
    """An address without its zone: ``fe80::1%eth0``."""
    return address.partition("%")[0]


def _context() -> ssl.SSLContext:
    """The usual certificates, and those of ``SSL_CERT_FILE``, which the operator adds."""
    context = httpx.create_ssl_context(trust_env=False)
    more = os.environ.get("SSL_CERT_FILE")
    if more:
        context.load_verify_locations(cafile=more)
    return context
