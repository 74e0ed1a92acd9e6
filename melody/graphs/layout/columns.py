"""Columns: every place as near as possible to what it is joined with, none over another."""

from __future__ import annotations

from collections.abc import Sequence

from melody.graphs.layout.order import Neighbours

GAP = 4
"""Columns between two boxes: room for a line between them and for one that moves by a column."""
SWEEPS = 12
_STRAIGHT = 8
"""How much more a bend of a long line counts than that of another one."""


def columns(
    rows: Sequence[Sequence[int]],
    widths: Sequence[int],
    boxes: int,
    above: Neighbours,
    below: Neighbours,
) -> list[int]:
    """The middle column of each place, from 0 at the left edge of the picture.

    Args:
        rows: Places by rank, in order.
        widths: Columns of each place.
        boxes: Places below this number are boxes, the others bends of long lines.
        above: By place: the places one rank above that it is joined with.
        below: The same for the rank below.
    """
    middle = [0.0] * len(widths)
    spaced = [(row, _distances(row, widths)) for row in rows]
    for row, apart in spaced:
        for place, distance in zip(row, apart, strict=True):
            middle[place] = distance
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for row, apart in spaced if down else reversed(spaced):
            wishes, weights = [], []
            for place in row:
                joined = neighbours[place]
                wishes.append(
                    sum(middle[n] for n in joined) / len(joined) if joined else middle[place]
                )
                bend = place >= boxes and all(n >= boxes for n in joined)
                weights.append(_STRAIGHT if bend else 1.0 if joined else 0.1)
            placed = nearest_columns(wishes, weights, apart)
            for place, column in zip(row, placed, strict=True):
                middle[place] = column
    left = min((middle[p] - widths[p] // 2 for row in rows for p in row), default=0.0)
    found = [0] * len(middle)
    for row, apart in spaced:
        for place, distance in zip(row, apart, strict=True):
            # What does not fall is rounded, which keeps every distance.
            found[place] = round(middle[place] - left - distance + 1e-6) + int(distance)
    for row, apart in spaced:
        _straighten(row, apart, found, boxes, above)
    return found


def _straighten(
    row: Sequence[int], apart: Sequence[float], found: list[int], boxes: int, above: Neighbours
) -> None:
    """Put the bends of long lines right below what they come from, where there is room."""
    for index, place in enumerate(row):
        if place < boxes:
            continue
        wish = found[above[place][0]]
        after_left = index == 0 or wish - found[row[index - 1]] >= apart[index] - apart[index - 1]
        before_right = (
            index == len(row) - 1 or found[row[index + 1]] - wish >= apart[index + 1] - apart[index]
        )
        if wish >= 0 and after_left and before_right:
            found[place] = wish


def _distances(row: Sequence[int], widths: Sequence[int]) -> list[float]:
    """The smallest column of each place if the first one stands at 0."""
    found, column = [], 0
    for index, place in enumerate(row):
        if index:
            before = row[index - 1]
            column += widths[before] - widths[before] // 2 + GAP + widths[place] // 2
        found.append(float(column))
    return found


def nearest_columns(
    wishes: Sequence[float], weights: Sequence[float], apart: Sequence[float]
) -> list[float]:
    """The columns nearest to the wishes (least squares) that keep the order and the distances.

    Without the distances the columns must not fall: neighbours that would are pooled at their mean.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, number
    for wish, weight, distance in zip(wishes, weights, apart, strict=True):
        mean, total, number = wish - distance, weight, 1
        while pools and pools[-1][0] > mean:
            other, more, count = pools.pop()
            mean = (mean * total + other * more) / (total + more)
            total, number = total + more, number + count
        pools.append((mean, total, number))
    flat = [mean for mean, _, number in pools for _ in range(number)]
    return [mean + distance for mean, distance in zip(flat, apart, strict=True)]
