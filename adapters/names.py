"""Node names that a framework accepts, one for each address, never colliding."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OTHER = re.compile(r"[^A-Za-z0-9_]")


def slugs(addresses: Iterable[str]) -> dict[str, str]:
    """An identifier for each address: ``route.fast`` becomes ``route__fast``.

    Where two addresses would meet, the later one gets a number.

    >>> slugs(["a.b", "a__b", "route~join"])
    {'a.b': 'a__b', 'a__b': 'a__b_2', 'route~join': 'route__join'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for address in addresses:
        wish = _OTHER.sub("__", address)
        name, number = wish, 1
        while name.lower() in taken:
            number += 1
            name = f"{wish}_{number}"
        taken.add(name.lower())
        names[address] = name
    return names
