"""MEL218: players that fall back on one another in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def fallback_cycle(subject: Subject) -> Iterator[Diagnostic]:
    """Reported once, at the entry that closes the circle first in file order."""
    players = subject.symbols.players
    reported: set[str] = set()
    for player in subject.symbols.own_players():
        for name in player.fallback:
            ring = _way_back(name.value, player.name.value, players)
            if ring is not None and not reported.intersection(ring):
                reported.update(ring)
                shown = " -> ".join(f"`{one}`" for one in (player.name.value, *ring))
                yield diagnose(
                    "MEL218",
                    f"these players fall back on one another: {shown}",
                    name.span,
                    help="a chain of fallbacks must come to an end; remove one of the entries",
                )


def _way_back(start: str, goal: str, players: Mapping[str, syntax.Player]) -> list[str] | None:
    """The chain of fallbacks from one player to another, or None."""
    ahead: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ahead:
        chain = ahead.pop(0)
        if chain[-1] == goal:
            return chain
        if chain[-1] in seen or chain[-1] not in players:
            continue
        seen.add(chain[-1])
        ahead.extend([*chain, name.value] for name in players[chain[-1]].fallback)
    return None
