"""From a picture to its layout: spell out, rank, order, place, route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from melody.graphs.layout.columns import columns
from melody.graphs.layout.order import order
from melody.graphs.layout.placed import MOST_PLACES, Layout, PlacedBox, Route, TooLargeError
from melody.graphs.layout.ports import Link, find_ports
from melody.graphs.layout.ranks import ranks
from melody.graphs.layout.sizes import Size, framed
from melody.graphs.layout.tracks import find_tracks
from melody.graphs.look import Look
from melody.graphs.picture import Arrow, Box, Picture

_BORDER = 2
"""Columns and rows between the frame of a box and what stands inside it."""


def arrange(picture: Picture) -> Layout:
    """Lay a picture out.

    Raises:
        TooLargeError: It has too many places.
    """
    boxes, arrows = _spelled(picture)
    inside = {
        name: arrange(inner[0] if len(inner) == 1 else _side_by_side(name, inner))
        for name, inner in picture.inside.items()
    }
    places = _Places(boxes, arrows)
    sizes = _sizes(boxes, arrows, inside)
    middle, links = places.laid(sizes)
    tracks = [find_tracks(each, middle) for each in links]

    tops, row = [], 0
    for rank, members in enumerate(places.rows):
        tops.append(row)
        row += max(sizes[place].height for place in members if place < len(boxes))
        if rank < len(links):
            row += 2 + max(tracks[rank].values(), default=-1) + 1
    placed = [
        _placed(box, sizes[place], middle[place], tops[places.rank[place]], inside.get(box.name))
        for place, box in enumerate(boxes)
    ]
    ports = {(link.source, link.target): link.port for each in links for link in each}
    routes = [
        _route(places, chain, tops=tops, placed=placed, middle=middle, ports=ports, tracks=tracks)
        for chain in places.chains
    ]
    right = max((each.column + each.width for each in placed), default=0)
    right = max([right, *(column + 1 for route in routes for column, _ in route.points)])
    return Layout(picture.title, right, row, tuple(placed), tuple(routes))


def _side_by_side(name: str, pictures: Sequence[Picture]) -> Picture:
    """Several pictures as one, each in a box that says its title."""
    sides = {f"{name}__side{number}": each for number, each in enumerate(pictures)}
    boxes = {side: Box(side, Look.SIDE, (each.title,)) for side, each in sides.items()}
    return Picture(name, "", boxes, (), {side: (each,) for side, each in sides.items()})


def _spelled(picture: Picture) -> tuple[list[Box], list[tuple[int, int]]]:
    """Boxes and arrows without labels: an arm says its condition itself, and so does a way past."""
    boxes = dict(picture.boxes)
    arrows: list[Arrow] = []
    for arrow in picture.arrows:
        if not arrow.possible:
            continue
        target = boxes[arrow.target]
        if arrow.label is None:
            arrows.append(arrow)
        elif target.look is Look.ARM:
            said = arrow.label if arrow.label == "else" else f"when {arrow.label}"
            boxes[target.name] = replace(target, lines=(*target.lines, said))
            arrows.append(arrow)
        else:
            past = Box(f"{arrow.source}__past", Look.ARM, (arrow.label,))
            boxes[past.name] = past
            arrows += [Arrow(arrow.source, past.name), Arrow(past.name, arrow.target)]
    place = {name: index for index, name in enumerate(boxes)}
    return list(boxes.values()), [(place[each.source], place[each.target]) for each in arrows]


def _sizes(
    boxes: Sequence[Box], arrows: Sequence[tuple[int, int]], inside: dict[str, Layout]
) -> list[Size]:
    ways_in = [0] * len(boxes)
    for _, target in arrows:
        ways_in[target] += 1
    found = []
    for place, box in enumerate(boxes):
        if box.look is Look.JOIN:
            found.append(Size(max(5, 2 * ways_in[place] + 3), 1))
            continue
        size = framed(box.lines, ways_in[place])
        inner = inside.get(box.name)
        if inner is not None:
            wide = inner.width + 2 * _BORDER + 2
            size.width = max(size.width, wide if wide % 2 else wide + 1)
            size.height += inner.height + _BORDER
        found.append(size)
    return found


def _placed(box: Box, size: Size, middle: int, row: int, inside: Layout | None) -> PlacedBox:
    column = middle - size.width // 2
    at = (0, 0)
    if inside is not None:
        below_words = row + len(size.lines) + _BORDER
        at = (column + (size.width - inside.width) // 2, below_words)
    return PlacedBox(box, column, row, size.width, size.height, size.lines, inside, at)


class _Places:
    """Boxes and, where a line passes other ranks, its bends; lines of one source share them."""

    def __init__(self, boxes: Sequence[Box], arrows: Sequence[tuple[int, int]]) -> None:
        self.boxes = boxes
        self.rank = ranks(len(boxes), arrows)
        self.rows: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for place, rank in enumerate(self.rank):
            self.rows[rank].append(place)
        self.chains: list[tuple[int, ...]] = []
        """Each arrow as the places it passes: its source, the bends of a long line, its target."""
        bends: dict[tuple[int, int], int] = {}
        for source, target in arrows:
            chain = [source]
            for rank in range(self.rank[source] + 1, self.rank[target]):
                if (source, rank) not in bends:
                    bends[source, rank] = self._bend(rank)
                chain.append(bends[source, rank])
            self.chains.append((*chain, target))

    def _bend(self, rank: int) -> int:
        place = len(self.rank)
        if place >= MOST_PLACES:
            raise TooLargeError
        self.rank.append(rank)
        self.rows[rank].append(place)
        return place

    def laid(self, sizes: Sequence[Size]) -> tuple[list[int], list[list[Link]]]:
        """The middle column of each place, and the links below each rank but the last."""
        if len(self.rank) > MOST_PLACES:
            raise TooLargeError
        pairs = dict.fromkeys(pair for chain in self.chains for pair in _pairs(chain))
        above: list[list[int]] = [[] for _ in self.rank]
        below: list[list[int]] = [[] for _ in self.rank]
        for source, target in pairs:
            below[source].append(target)
            above[target].append(source)
        self.rows = order(self.rows, above, below)
        widths = [size.width for size in sizes] + [1] * (len(self.rank) - len(sizes))
        middle = columns(self.rows, widths, len(sizes), above, below)
        links: list[list[Link]] = [[] for _ in self.rows[1:]]
        for source, target in pairs:
            links[self.rank[source]].append(Link(source, target))
        for each in links:
            find_ports(each, middle, widths, len(sizes))
        return middle, links


def _pairs(places: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(places))


def _route(
    places: _Places,
    chain: tuple[int, ...],
    *,
    tops: Sequence[int],
    placed: Sequence[PlacedBox],
    middle: Sequence[int],
    ports: Mapping[tuple[int, int], int],
    tracks: Sequence[dict[int, int]],
) -> Route:
    source, target = placed[chain[0]], placed[chain[-1]]
    points = [(middle[chain[0]], source.row + source.height)]
    for upper, lower in _pairs(chain):
        column, rank = ports[upper, lower], places.rank[upper]
        if column != middle[upper]:
            lowest = tops[rank + 1] - 2
            row = lowest - max(tracks[rank].values()) + tracks[rank][upper]
            points += [(middle[upper], row), (column, row)]
    points.append((ports[_pairs(chain)[-1]], target.row - 1))
    return Route(tuple(points), chain[0], target.box.look is not Look.JOIN)
