"""A connection is made to the address that was looked at, whatever a name stands for later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from conductor_core.players.http.guarded_transport import GuardedTransport, NotReached, resolved
from tests.servers.plain_http import PlainServer, answer, plain_server
from workflow_ir.allow import Allow

ALLOW = Allow(http=("a.example",), private_addresses=("127.0.0.1",))


def get(
    server: PlainServer, *turns: Sequence[str], allow: Allow = ALLOW, by_host: bool = True
) -> tuple[int, list[str]]:
    """The status of one request to ``a.example``, and which names were looked up."""
    looked_up: list[str] = []
    left = list(turns)

    async def resolve(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        assert port == server.port
        return left.pop(0)

    async def asking() -> int:
        transport = GuardedTransport(allow, by_host=by_host, resolve=resolve)
        try:
            request = httpx.Request("GET", f"http://a.example:{server.port}/")
            response = await transport.handle_async_request(request)
            await response.aclose()
            return response.status_code
        finally:
            await transport.aclose()

    return asyncio.run(asking()), looked_up


def test_a_name_is_looked_up_once_and_its_server_is_told_the_name() -> None:
    with plain_server(index=answer("ok")) as server:
        assert get(server, ["127.0.0.1"], ["10.0.0.1"]) == (200, ["a.example"])
        assert server.asked[0].headers["host"] == f"a.example:{server.port}"


def test_an_address_that_is_not_allowed_is_passed_over() -> None:
    with plain_server(index=answer("ok")) as server:
        assert get(server, ["10.0.0.1", "fe80::1%eth0", "127.0.0.1"])[0] == 200


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::1", "0.0.0.0", "fe80::1%lo"])
def test_a_name_that_stands_for_a_private_address_is_refused(address: str) -> None:
    with plain_server(index=answer("ok")) as server:
        with pytest.raises(NotReached) as refused:
            get(server, [address])
        assert server.asked == []
    error = refused.value.standard_error
    assert error.code == "policy.not_allowed"
    assert error.detail == {"allow": {"private_addresses": address.partition("%")[0]}}


def test_the_next_address_is_tried_where_nobody_listens() -> None:
    allow = Allow(http=("a.example",), private_addresses=("127.0.0.0/8",))
    with plain_server(index=answer("ok")) as server:
        assert get(server, ["127.0.0.9", "127.0.0.1"], allow=allow)[0] == 200
        with pytest.raises(httpx.ConnectError):
            get(server, ["127.0.0.9"], allow=allow)


def test_a_host_that_is_not_allowed_is_not_even_looked_up() -> None:
    with plain_server(index=answer("ok")) as server:
        with pytest.raises(NotReached):
            get(server, allow=Allow(private_addresses=("127.0.0.1",)))
        loopback = Allow(private_addresses=("127.0.0.1",))
        assert get(server, ["127.0.0.1"], allow=loopback, by_host=False)[0] == 200


def test_a_host_that_is_nowhere_is_told_as_a_connection() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    async def asking() -> None:
        transport = GuardedTransport(ALLOW, resolve=nobody)
        await transport.handle_async_request(httpx.Request("GET", "http://a.example/"))

    with pytest.raises(NotReached) as failed:
        asyncio.run(asking())
    error = failed.value.standard_error
    assert (error.code, error.target) == ("transport.connect", "a.example")


def test_the_systems_own_addresses_are_found() -> None:
    assert "127.0.0.1" in asyncio.run(resolved("localhost", 80))
