"""The places of a Melody that call another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.analysis.symbols import Symbols
from compiler.parse import syntax
from compiler.parse.syntax import Spanned


@dataclass(frozen=True, slots=True)
class Site:
    """One ``call``: of a step, of what undoes a step, or of a player."""

    address: str
    """Of the step; ``ADDRESS~compensate``; ``player:NAME``."""
    file: Spanned[str]
    """The path as written."""
    levels: int
    """Scopes around it, the top of the Melody counted."""
    max_depth: int | None = None
    from_project: bool = False
    """The path is seen from the project's folder, since the player is written there."""


def of_player(name: str) -> str:
    """The address of a player's ``call``; no step has one with a colon."""
    return f"player:{name}"


def is_player(address: str) -> bool:
    """Whether ``of_player`` made an address."""
    return address.startswith("player:")


def sites_of(symbols: Symbols) -> tuple[Site, ...]:
    """Every call of a Melody in file order, then those of the players it answers for."""
    return tuple(_sites(symbols))


def _sites(symbols: Symbols) -> Iterator[Site]:
    for symbol in symbols.performances():
        verb = symbol.step.verb
        if isinstance(verb, syntax.Call):
            depth = None if verb.max_depth is None else verb.max_depth.value
            yield Site(symbol.address, verb.file, sum(1 for _ in symbol.around()), depth)
    own = {id(player) for player in symbols.melody.players}
    for player in symbols.own_players():
        if isinstance(player.kind, syntax.CallKind):
            address = of_player(player.name.value)
            yield Site(address, player.kind.file, 1, from_project=id(player) not in own)
