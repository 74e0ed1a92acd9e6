"""MEL202: a step or a player names a player that nobody defines."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import BUILT_IN_MODELS, named_by
from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unknown_player(subject: Subject) -> Iterator[Diagnostic]:
    """Names in ``play``, ``prefer``, ``reconstruct`` and ``process``, and those in players."""
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
        if name.value in subject.symbols.models or name.value in BUILT_IN_MODELS:
            cure["help"] = (
                f"`{name.value}` is a model: write `players: {{writer: {{model: {name.value}}}}}` "
                "and `play: writer`"
            )
        yield diagnose("MEL202", f"there is no player `{name.value}`", name.span, **cure)


def _names(subject: Subject) -> Iterator[syntax.Spanned[str]]:
    for symbol in subject.symbols.performances():
        match symbol.step.verb:
            case syntax.Play(player=player):
                yield player
            case syntax.PlayCapability(prefer=preferred):
                yield from preferred
        if symbol.step.reconstruct is not None:
            yield symbol.step.reconstruct.player
    if subject.symbols.melody.process is not None:
        yield subject.symbols.melody.process.manager
    for one in subject.symbols.own_players():
        yield from named_by(one)
