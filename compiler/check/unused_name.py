"""MEL217: a player, model or input that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unused_name(subject: Subject) -> Iterator[Diagnostic]:
    """Warnings only; what the project defines is for other Melodies too."""
    melody = subject.symbols.melody
    players = _used_players(subject)
    for player in melody.players:
        if player.name.value not in players:
            yield _unused("player", player.name)
    models = {
        player.kind.model.value
        for player in subject.symbols.players.values()
        if isinstance(player.kind, syntax.ModelKind)
    }
    for model in melody.models:
        if model.name.value not in models:
            yield _unused("model", model.name)
    inputs = {
        reference.path[1]
        for use in subject.uses
        for reference in use.expr.expression.references
        if len(reference.path) > 1 and reference.path[0] == "inputs"
    }
    whole = any(
        reference.path == ("inputs",)
        for use in subject.uses
        for reference in use.expr.expression.references
    )
    for one in melody.inputs:
        if one.name.value not in inputs and not whole:
            yield _unused("input", one.name)


def _used_players(subject: Subject) -> set[str]:
    used: set[str] = set()
    ahead = [
        symbol.step.verb.player.value
        for symbol in subject.symbols.steps
        if isinstance(symbol.step.verb, syntax.Play)
    ]
    while ahead:
        name = ahead.pop()
        if name not in used:
            used.add(name)
            player = subject.symbols.players.get(name)
            if player is not None:
                ahead.extend(fallback.value for fallback in player.fallback)
    return used


def _unused(kind: str, name: syntax.Spanned[str]) -> Diagnostic:
    return diagnose(
        "MEL217",
        f"{kind} `{name.value}` is never used",
        name.span,
        help=f"remove it, or use it; `x-{name.value}` keeps it as a note"
        if kind != "input"
        else "remove it, or read it as " + f"`inputs.{name.value}`",
    )
