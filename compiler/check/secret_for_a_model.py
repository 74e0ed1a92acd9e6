"""MEL404: a secret in the ``with`` of a step that a model or an agent plays."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import StepSymbol, Symbols
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def secret_for_a_model(subject: Subject) -> Iterator[Diagnostic]:
    """What such a player is given becomes part of what the model is told (spec 8, Text).

    One that takes over from another player counts like the one that is asked first.
    """
    for use in subject.uses:
        if use.field != "with" or use.step is None:
            continue
        secrets = [one for one in use.expr.expression.references if one.path[0] == "secrets"]
        player = _model_among(subject.symbols, use.step) if secrets else None
        if player is not None:
            kind = "agent" if isinstance(player.kind, syntax.AgentKind) else "model"
            yield diagnose(
                "MEL404",
                f"`{player.name.value}` tells its model what `with` gives it, so no secret may "
                "stand here",
                use.expr.at(secrets[0].start, secrets[0].end),
                notes=(
                    Note(f"`{player.name.value}` is a player of kind `{kind}`", player.kind_span),
                ),
                help="let a python, command or http player do what needs the secret",
            )


def _model_among(symbols: Symbols, step: StepSymbol) -> syntax.Player | None:
    """The first player that asks a model, of those that may perform a step."""
    ahead = list(symbols.players_of(step.step))
    seen: set[str] = set()
    while ahead:
        player = ahead.pop(0)
        if player.name.value in seen:
            continue
        seen.add(player.name.value)
        if isinstance(player.kind, syntax.ModelKind | syntax.AgentKind):
            return player
        names = (name.value for name in player.fallback)
        ahead += [symbols.players[name] for name in names if name in symbols.players]
    return None
