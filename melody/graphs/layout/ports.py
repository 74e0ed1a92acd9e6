"""Where lines end on top of a box: side by side, and never below the line of somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from melody.graphs.layout.columns import nearest_columns


@dataclass(slots=True)
class Link:
    """One line from a place to a place one rank below."""

    source: int
    target: int
    port: int = 0
    """Column in which it arrives."""


def find_ports(links: Sequence[Link], middle: list[int], widths: Sequence[int], boxes: int) -> None:
    """Give the links between two ranks their ports; a bend of a long line may move by a column.

    A line goes down from the middle of its source, along its track, and down to its port. No port
    is in the column of another source, so two lines never share an upright stretch.
    """
    taken = {link.source: middle[link.source] for link in links}
    arriving: dict[int, list[Link]] = {}
    for link in links:
        arriving.setdefault(link.target, []).append(link)
    for target, ways in arriving.items():
        if target >= boxes:
            (way,) = ways
            others = {column for source, column in taken.items() if source != way.source}
            way.port = middle[target] = next(
                column for column in _around(middle[target]) if column not in others
            )
        else:
            left = middle[target] - widths[target] // 2
            _side_by_side(ways, taken, left + 1, left + widths[target] - 2)


def _side_by_side(ways: list[Link], taken: dict[int, int], first: int, last: int) -> None:
    ways.sort(key=lambda way: (taken[way.source], way.source))
    centre = (first + last) / 2
    wishes = [float(min(max(taken[way.source], first), last)) for way in ways]
    if len(ways) == 1 and wishes[0] != taken[ways[0].source]:
        wishes = [centre]  # it bends in any case
    apart = [2.0 * index for index in range(len(ways))]
    columns = nearest_columns(wishes, [1.0] * len(ways), apart)
    used: set[int] = set()
    for index, (way, column) in enumerate(zip(ways, columns, strict=True)):
        low, high = first + 2 * index, last - 2 * (len(ways) - 1 - index)
        wish = min(max(round(column), low), high)
        others = {each for source, each in taken.items() if source != way.source} | used
        free = (each for each in _around(wish) if first <= each <= last and each not in others)
        way.port = next(free, wish)
        used.add(way.port)


def _around(column: int) -> Iterator[int]:
    """A column, then those beside it, nearest first."""
    yield column
    for distance in range(1, 64):
        yield column + distance
        yield column - distance
