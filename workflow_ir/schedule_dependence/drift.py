"""Whether steps may start at other times than in eager mode."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_ir.players import Player
from workflow_ir.schedule_dependence.spots import Bits, Room, Score, Spot, bits
from workflow_ir.steps import Parallel, Play

_MANY = 1_000_000
"""More than any limit: items of a map of unknown length."""


def drifts(rooms: Iterable[Room]) -> bool:
    """A framework may hold steps back there: some of one scope go on beside one another."""
    return any(_drifts(room) or drifts(_below(room)) for room in rooms)


def _drifts(room: Room) -> bool:
    own = room.bits
    return any(room.beside(spot, own) for spot in room.spots)


def _below(room: Room) -> Iterable[Room]:
    return (inner for spot in room.spots for inner in spot.rooms)


def queued(score: Score) -> Bits:
    """The plays that may have to wait for a place that another one has."""
    plays = [spot for spot in score.spots if isinstance(spot.layers.verb, Play)]
    if _widest(score.top) > score.ir.policy.concurrency:
        return bits(plays)
    sharing: dict[tuple[str, str], Bits] = {}
    asked = {spot: _limited(spot) for spot in plays}
    for spot, players in asked.items():
        for player in players:
            sharing[player] = sharing.get(player, 0) | spot.bit
    return bits(
        spot
        for spot, players in asked.items()
        if any(sharing[player] & spot.beside for player in players)
    )


def _limited(spot: Spot) -> frozenset[tuple[str, str]]:
    """The players with limits that may be asked, each with its Melody."""
    players, verb = spot.home.players, spot.layers.verb
    assert isinstance(verb, Play)
    ahead, found = list(verb.players()), dict[str, Player]()
    while ahead:
        name = ahead.pop()
        if name not in found and name in players:
            found[name] = players[name]
            ahead += players[name].fallback
    return frozenset(
        (spot.home.hash, name) for name, player in found.items() if _is_limited(player)
    )


def _is_limited(player: Player) -> bool:
    limits = player.limits
    return limits is not None and (limits.concurrency is not None or limits.per_minute is not None)


def _widest(room: Room) -> int:
    """At most so many plays go on at the same time in the scope."""
    widths = [_width(spot) for spot in room.spots]
    return min(_MANY, sum(widths) if _drifts(room) else max(widths, default=0))


def _width(spot: Spot) -> int:
    each, guard, verb = spot.layers.each, spot.layers.guard, spot.layers.verb
    inside = [_widest(room) for room in spot.rooms]
    one = sum(inside) if isinstance(verb, Parallel) else max(inside, default=0)
    if isinstance(verb, Play):
        one = 1
    if guard is not None and guard.policy.hedge is not None:
        one += guard.policy.hedge.max
    places = _MANY if spot.items is None else spot.items
    if each is None:
        places = 1
    elif each.concurrency is not None:
        places = min(places, each.concurrency)
    return min(_MANY, one * places)
