"""MEL202: a step or a fallback names a player that nobody defines."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unknown_player(subject: Subject) -> Iterator[Diagnostic]:
    """Names in ``play`` and in ``fallback``."""
    players = subject.symbols.players
    for name in _names(subject):
        if name.value in players or subject.doubt.hides("players", name.value):
            continue
        cure = offer(
            name.value,
            sorted(players),
            name.span,
            what="players",
            otherwise="define it under `players:`",
        )
        yield diagnose("MEL202", f"there is no player `{name.value}`", name.span, **cure)


def _names(subject: Subject) -> Iterator[syntax.Spanned[str]]:
    for symbol in subject.symbols.steps:
        if isinstance(symbol.step.verb, syntax.Play):
            yield symbol.step.verb.player
    for player in subject.symbols.own_players():
        yield from player.fallback
