"""Addresses of the machine and its network, which a project must allow (spec 8, ``allow``)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


def is_address(text: str, *, network: bool = False) -> bool:
    """Whether a text is an IP address; with ``network`` also where it is a range of them.

    >>> is_address("127.0.0.1"), is_address("10.0.0.0/8"), is_address("10.0.0.0/8", network=True)
    (True, False, True)
    """
    try:
        ip_network(text, strict=False) if network else ip_address(text)
    except ValueError:
        return False
    return True


def is_private(address: str, allowed: Iterable[str] = ()) -> bool:
    """Whether an address belongs to the machine or its network and is not allowed.

    Whatever is not reachable from everywhere counts: loopback, private, link-local, reserved. An
    IPv4 address inside an IPv6 one is looked at as itself.

    >>> is_private("10.1.2.3"), is_private("10.1.2.3", ["10.0.0.0/8"]), is_private("8.8.8.8")
    (True, False, False)
    """
    found = _unmapped(address)
    if found.is_global and not found.is_multicast:
        return False
    return not any(_within(found, entry) for entry in allowed)


def _unmapped(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _within(address: IPv4Address | IPv6Address, entry: str) -> bool:
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network
