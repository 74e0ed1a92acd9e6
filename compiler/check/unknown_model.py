"""MEL203: a player names a model alias that nobody defines."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import BUILT_IN_MODELS
from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unknown_model(subject: Subject) -> Iterator[Diagnostic]:
    """Aliases in ``model:`` of players; ``offline`` need not be defined."""
    known = {**subject.symbols.models, **BUILT_IN_MODELS}
    for player in subject.symbols.own_players():
        if not isinstance(player.kind, syntax.ModelKind):
            continue
        alias = player.kind.model
        if alias.value in known or subject.doubt.hides("models", alias.value):
            continue
        cure = offer(alias.value, known, alias.span, what="models", otherwise="define the alias")
        if cure["label"] is None:
            cure["help"] = "define the alias under `models:`, or use `offline`, which needs no key"
        yield diagnose("MEL203", f"there is no model `{alias.value}`", alias.span, **cure)
