"""MEL218: players that fall back on, require, refresh or use one another in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic

Names = tuple[syntax.Spanned[str], ...]


def tools_of(player: syntax.Player) -> Names:
    """The tools of an agent."""
    return player.kind.tools if isinstance(player.kind, syntax.AgentKind) else ()


CIRCLES: tuple[tuple[Callable[[syntax.Player], Names], str, str], ...] = (
    (
        lambda player: player.fallback,
        "these players fall back on one another",
        "a chain of fallbacks must come to an end; remove one of the entries",
    ),
    (
        lambda player: player.requires,
        "these players require one another",
        "none of them could ever be first; remove one of the entries",
    ),
    (
        lambda player: () if player.refresh is None else (player.refresh,),
        "these players renew one another's credentials",
        "one of them must do without; remove one of the entries",
    ),
    (
        tools_of,
        "these agents are tools of one another",
        "they could ask one another for ever; remove one of the entries",
    ),
)
"""What leads from player to player, what is wrong with a circle, and what to do."""


def fallback_cycle(subject: Subject) -> Iterator[Diagnostic]:
    """Each circle once, at its first entry in file order."""
    for ways, fact, cure in CIRCLES:
        reported: set[str] = set()
        for ring in _rings(subject, ways):
            names = [player.name.value for player, _ in ring]
            if reported.isdisjoint(names):
                reported.update(names)
                first = min(range(len(ring)), key=lambda place: ring[place][1].span)
                around = [*names[first:], *names[:first], names[first]]
                shown = " -> ".join(f"`{name}`" for name in around)
                yield diagnose("MEL218", f"{fact}: {shown}", ring[first][1].span, help=cure)


Ring = list[tuple[syntax.Player, syntax.Spanned[str]]]
"""Players, each with its entry that leads to the next."""


def _rings(subject: Subject, ways: Callable[[syntax.Player], Names]) -> Iterator[Ring]:
    """A circle for each entry that leads back to where the walk came from."""
    players = subject.symbols.players
    done: set[str] = set()
    for start in subject.symbols.own_players():
        path: Ring = []
        ahead = [] if start.name.value in done else [(start, iter(ways(start)))]
        places = {start.name.value: 0}
        while ahead:
            player, entries = ahead[-1]
            entry = next(entries, None)
            if entry is None:
                done.add(player.name.value)
                del places[player.name.value]
                ahead.pop()
                del path[-1:]
                continue
            if entry.value in places:
                yield [*path[places[entry.value] :], (player, entry)]
            elif entry.value in players and entry.value not in done:
                path.append((player, entry))
                target = players[entry.value]
                places[entry.value] = len(ahead)
                ahead.append((target, iter(ways(target))))
