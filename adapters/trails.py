"""The regions below a node, and their trails: names for where an address alone is none.

A sub-melody keeps its own addresses, and may be called twice: its regions share them then.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ir.plan import Node, NodeKind, Region, inside_address
from workflow_ir.steps import Parallel, layers, scopes_of


def trails(region: Region, above: str = "") -> Iterator[tuple[str, Region]]:
    """A region and every one below it, each with its trail: ``docs~inside/polish~inside``.

    The trail of a whole Melody is empty.
    """
    yield above, region
    for address, child in region.children.items():
        yield from trails(child, trail(above, address))


def trail(above: str, address: str) -> str:
    """One step further.

    >>> trail("", "docs~inside"), trail("docs~inside", "polish~inside")
    ('docs~inside', 'docs~inside/polish~inside')
    """
    return f"{above}/{address}" if above else address


def below(region: Region, node: Node) -> dict[str, Region]:
    """The regions that one node walks, by the name of their place; empty where it has no name."""
    verb = layers(node.step).verb
    names = [name for name, _ in scopes_of(verb)] if isinstance(verb, Parallel) else [""]
    match node.kind:
        case NodeKind.MAP:
            found = {"": node.address}
        case NodeKind.NEST:
            found = {name: inside_address(node.step, name) for name in names}
        case _:
            found = {}
    children = region.children
    return {name: children[address] for name, address in found.items() if address in children}
