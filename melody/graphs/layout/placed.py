"""The result of laying a picture out. All measures are character cells, from the top left."""

from __future__ import annotations

from dataclasses import dataclass

from melody.graphs.picture import Box

MOST_PLACES = 20_000
"""Boxes and bends of one region; a larger picture would take long, and nobody could read it."""


class TooLargeError(Exception):
    """The picture has more than `MOST_PLACES` places."""


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box and where it stands."""

    box: Box
    column: int
    row: int
    width: int
    """Frame included."""
    height: int
    lines: tuple[str, ...]
    """The words, wrapped to the width."""
    inside: Layout | None = None
    """What stands inside it, below its words."""
    inside_at: tuple[int, int] = (0, 0)
    """Column and row of its top left corner."""


@dataclass(frozen=True, slots=True)
class Route:
    """The line of one arrow: right-angled, from below its source to above its target."""

    points: tuple[tuple[int, int], ...]
    """Corners as (column, row), both ends included."""
    owner: int
    """Lines of one owner leave the same box and may share a stretch; others only cross."""
    head: bool
    """It ends with an arrow head; joins are entered without one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture laid out."""

    title: str
    width: int
    height: int
    boxes: tuple[PlacedBox, ...]
    routes: tuple[Route, ...]
