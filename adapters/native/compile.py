"""IR to a ``Program``: the plan with its readiness counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_ir.plan import Edge, Region


@dataclass(frozen=True, slots=True)
class Program:
    """One region, ready to be walked."""

    region: Region
    starts: tuple[str, ...]
    ahead: Mapping[str, tuple[Edge, ...]]
    """By source: the edges that leave it."""
    awaited: Mapping[str, Mapping[str, int]]
    """By target and group: how many edges must fire."""
    children: Mapping[str, Program]
    """The programs of the regions below its nodes, by their address."""


def program(region: Region) -> Program:
    """Count what each node waits for."""
    return Program(
        region=region,
        starts=region.starts(),
        ahead={source: tuple(edges) for source, edges in region.outgoing().items()},
        awaited={
            target: {group: len(edges) for group, edges in groups.items()}
            for target, groups in region.incoming().items()
        },
        children={address: program(child) for address, child in region.children.items()},
    )
