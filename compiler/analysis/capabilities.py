"""Who can perform what is asked for by capability (spec 6, The registry)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.parse import syntax

SEPARATORS = "._-"
"""What stands between the segments of a capability."""


def offers(offered: str, wanted: str) -> bool:
    """Exactly, or by whole segments from the left.

    >>> offers("email_campaign", "email"), offers("emails", "email"), offers("email", "email.ad")
    (True, False, False)
    """
    if not offered.startswith(wanted):
        return False
    return len(offered) == len(wanted) or offered[len(wanted)] in SEPARATORS


def provides(player: syntax.Player, wanted: str) -> bool:
    """Whether one of a player's capabilities is the one asked for."""
    return any(offers(one.value, wanted) for one in player.provides)


def is_enabled(player: syntax.Player) -> bool:
    """Players are enabled unless ``enabled: false`` is written."""
    return player.enabled is None or player.enabled.value


def candidates(
    players: Mapping[str, syntax.Player], verb: syntax.PlayCapability
) -> tuple[syntax.Player, ...]:
    """The enabled players that provide it: the preferred first, then in the order of ``players``.

    Empty where there is none. A preferred player that does not provide it is no candidate.
    """
    found = {
        name: player
        for name, player in players.items()
        if is_enabled(player) and provides(player, verb.provides.value)
    }
    preferred = [found[one.value] for one in verb.prefer if one.value in found]
    ordered = {player.name.value: player for player in (*preferred, *found.values())}
    return tuple(ordered.values())


def by_capability(players: Mapping[str, syntax.Player]) -> dict[str, list[str]]:
    """The enabled players of each capability, in the order of ``players``."""
    found: dict[str, list[str]] = {}
    for name, player in players.items():
        if is_enabled(player):
            for one in player.provides:
                found.setdefault(one.value, []).append(name)
    return found


def capabilities(players: Mapping[str, syntax.Player]) -> Iterator[str]:
    """Every capability that an enabled player provides."""
    for player in players.values():
        if is_enabled(player):
            yield from (one.value for one in player.provides)
