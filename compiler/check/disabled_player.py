"""MEL220: what can only be done by a player that is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.capabilities import is_enabled
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def disabled_player(subject: Subject) -> Iterator[Diagnostic]:
    """Named by a step, or required by a player that is needed itself."""
    for name, why in _needed(subject):
        player = subject.symbols.players.get(name.value)
        if player is None or is_enabled(player) or player.enabled is None:
            continue
        yield diagnose(
            "MEL220",
            f"player `{name.value}` is disabled{why}",
            name.span,
            notes=(Note("it is disabled", player.enabled.span),),
            help="remove `enabled: false` there, or name another player here",
        )


def _needed(subject: Subject) -> Iterator[tuple[syntax.Spanned[str], str]]:
    for symbol in subject.symbols.performances():
        if isinstance(symbol.step.verb, syntax.Play):
            yield symbol.step.verb.player, ""
        if symbol.step.reconstruct is not None:
            yield symbol.step.reconstruct.player, ""
    if subject.symbols.melody.process is not None:
        yield subject.symbols.melody.process.manager, ""
    for player in subject.symbols.own_players():
        if is_enabled(player):
            for name in player.requires:
                yield name, f", and `{player.name.value}` requires it"
