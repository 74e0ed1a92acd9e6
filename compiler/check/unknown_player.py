"""MEL202: a step or a fallback names a player that nobody defines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest


def unknown_player(subject: Subject) -> Iterator[Diagnostic]:
    """Names in ``play`` and in ``fallback``."""
    players = subject.symbols.players
    for symbol in subject.symbols.steps:
        if isinstance(symbol.step.verb, syntax.Play):
            yield from _unless_known(symbol.step.verb.player, players)
    for player in subject.symbols.melody.players:
        for name in player.fallback:
            yield from _unless_known(name, players)


def _unless_known(
    name: syntax.Spanned[str], players: Mapping[str, syntax.Player]
) -> Iterator[Diagnostic]:
    if name.value in players:
        return
    guess = nearest(name.value, players)
    known = ", ".join(f"`{one}`" for one in sorted(players)) or "none"
    yield diagnose(
        "MEL202",
        f"there is no player `{name.value}`",
        name.span,
        label=f"did you mean `{guess}`?" if guess else None,
        help=f"players: {known}" if players else "define it under `players:`",
    )
