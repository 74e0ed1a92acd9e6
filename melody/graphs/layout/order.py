"""The order of places within each rank, so that few lines cross."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

SWEEPS = 8

Neighbours = Sequence[Sequence[int]]


def order(rows: list[list[int]], above: Neighbours, below: Neighbours) -> list[list[int]]:
    """The rows with their places reordered: the best of several sweeps down and up.

    Args:
        rows: Places by rank, in file order.
        above: By place: the places one rank above that it is joined with.
        below: The same for the rank below.
    """
    best, fewest = rows, crossings(rows, below)
    current = rows
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        current = _swept(current, above if down else below, down=down)
        number = crossings(current, below)
        if number < fewest:
            best, fewest = current, number
    return best


def _swept(rows: list[list[int]], neighbours: Neighbours, *, down: bool) -> list[list[int]]:
    """Each row sorted by the middle of what its places are joined with in the row before."""
    result = [list(row) for row in rows]
    ranks = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
    for rank in ranks:
        before = result[rank - 1 if down else rank + 1]
        position = {place: index for index, place in enumerate(before)}
        scale = len(before) / max(len(result[rank]), 1)
        wish = {
            place: _middle([position[n] for n in neighbours[place]], index * scale)
            for index, place in enumerate(result[rank])
        }
        result[rank].sort(key=wish.__getitem__)
    return result


def _middle(positions: list[int], otherwise: float) -> float:
    """The mean: unlike the median it tells apart those that share one neighbour."""
    return sum(positions) / len(positions) if positions else otherwise


def crossings(rows: list[list[int]], below: Neighbours) -> int:
    """How many pairs of lines cross between neighbouring ranks."""
    total = 0
    for upper, lower in pairwise(rows):
        position = {place: index for index, place in enumerate(lower)}
        seen: list[int] = []
        for place in upper:
            targets = sorted(position[target] for target in below[place])
            total += sum(len(seen) - bisect_left(seen, target + 1) for target in targets)
            for target in targets:
                insort(seen, target)
    return total
