"""Tracks: the row between two ranks on which each line runs from side to side."""

from __future__ import annotations

from collections.abc import Sequence

from melody.graphs.layout.ports import Link


def find_tracks(links: Sequence[Link], middle: Sequence[int]) -> dict[int, int]:
    """The track of each source that has one, from 0 at the top.

    Lines that overlap have different tracks. To the right the outermost source has the uppermost
    one, to the left likewise, so that lines beside one another do not cross.
    """
    reach: dict[int, list[int]] = {}
    for link in links:
        reach.setdefault(link.source, [middle[link.source]]).append(link.port)
    bending = [source for source, columns in reach.items() if len(set(columns)) > 1]

    def outermost(source: int) -> tuple[bool, int]:
        start, furthest = middle[source], max(reach[source], key=lambda c: abs(c - middle[source]))
        return (furthest < start, -start if furthest > start else start)

    tracks: dict[int, int] = {}
    taken: list[list[tuple[int, int]]] = []
    for source in sorted(bending, key=outermost):
        left, right = min(reach[source]), max(reach[source])
        track = 0
        for above, stretches in enumerate(taken):
            if any(start <= right + 1 and left <= end + 1 for start, end in stretches):
                track = above + 1
        if track == len(taken):
            taken.append([])
        taken[track].append((left, right))
        tracks[source] = track
    return tracks
