"""Folds a protein in the HP model: H and P on a square grid, each H beside another H is a bond.

The exact search looks at every self-avoiding walk; its cost grows 2.6 times with each residue. The
approximate one keeps the best few. Which of them fits into the time that was granted, only this
module can know: so it decides by itself, and says so.
"""

from __future__ import annotations

import time

from melody import Grant, StandardError, Success

WALKS_A_SECOND = 150_000
"""What one processor can look at, roughly."""

LONGEST = 200
"""Residues."""

Place = tuple[int, int]
Walk = tuple[Place, ...]


def fold(sequence: str, grant: Grant) -> Success | StandardError:
    """The most bonds found, where each residue lies, and how precise that is.

    Its own failures are its own: it refuses what is no sequence, and where the time does not
    suffice it lowers its precision, if it was granted that.
    """
    if not sequence or set(sequence) - {"H", "P"} or len(sequence) > LONGEST:
        return StandardError.of(
            "input.invalid", f"a sequence is 1 to {LONGEST} of H and P", attempts=1
        )
    seconds = 60.0 if grant.deadline is None else grant.deadline - time.time()
    if 2.6 ** len(sequence) / 4 < WALKS_A_SECOND * seconds / 2:
        return Success(_told(sequence, _exact(sequence), 1.0), internal_attempts=1)
    if not grant.may_degrade:
        return StandardError.of(
            "unable_to_complete",
            f"{len(sequence)} residues take longer than {seconds:.0f} s, and an approximate"
            " answer is not allowed",
            attempts=1,
        )
    walk = _beam(sequence, width=50 * max(1, int(seconds)))
    return Success(_told(sequence, walk, 0.8), degraded=True, internal_attempts=1)


def straight(sequence: str) -> dict[str, object]:
    """The unfolded chain: what is left when nobody can fold it."""
    walk = tuple((x, 0) for x in range(len(sequence)))
    return {"bonds": 0, "walk": [list(place) for place in walk], "precision": 0.0}


def _told(sequence: str, walk: Walk, precision: float) -> dict[str, object]:
    places = [list(place) for place in walk]
    return {"bonds": _bonds(sequence, walk), "walk": places, "precision": precision}


def _exact(sequence: str) -> Walk:
    best: Walk = ()
    most = -1
    ahead: list[Walk] = [((0, 0),)]
    while ahead:
        walk = ahead.pop()
        if len(walk) == len(sequence):
            found = _bonds(sequence, walk)
            if found > most:
                best, most = walk, found
            continue
        ahead.extend(_longer(walk))
    return best


def _beam(sequence: str, width: int) -> Walk:
    walks: list[Walk] = [((0, 0),)]
    for _ in sequence[1:]:
        longer = [more for walk in walks for more in _longer(walk)]
        if not longer:
            break
        walks = sorted(longer, key=lambda walk: -_bonds(sequence, walk))[:width]
    return walks[0]


def _longer(walk: Walk) -> list[Walk]:
    """The walk with one place more: forward and left, and right once it has left the line."""
    x, y = walk[-1]
    bent = any(place[1] for place in walk)
    steps = ((1, 0), (0, 1), (-1, 0), (0, -1)) if bent else ((1, 0), (0, 1))
    return [(*walk, (x + dx, y + dy)) for dx, dy in steps if (x + dx, y + dy) not in walk]


def _bonds(sequence: str, walk: Walk) -> int:
    at = {place: k for k, place in enumerate(walk)}
    count = 0
    for (x, y), k in at.items():
        for beside in ((x + 1, y), (x, y + 1)):
            other = at.get(beside)
            if other is not None and abs(other - k) > 1 and sequence[k] == sequence[other] == "H":
                count += 1
    return count
