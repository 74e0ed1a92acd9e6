"""Ranks: the row of boxes each box stands in, always below everything it waits for."""

from __future__ import annotations

from collections.abc import Sequence

Arrows = Sequence[tuple[int, int]]
"""Source and target, as places in the list of boxes."""


def ranks(number: int, arrows: Arrows) -> list[int]:
    """The rank of each box, from 0; a box without a way in stands just above its first reader."""
    ahead: list[list[int]] = [[] for _ in range(number)]
    behind = [0] * number
    for source, target in arrows:
        ahead[source].append(target)
        behind[target] += 1
    waiting = list(behind)
    order = [box for box in range(number) if not waiting[box]]
    rank = [0] * number
    for box in order:  # grows while it is read
        for target in ahead[box]:
            rank[target] = max(rank[target], rank[box] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                order.append(target)
    for box in range(number):
        if not behind[box] and ahead[box]:
            rank[box] = min(rank[target] for target in ahead[box]) - 1
    return rank
