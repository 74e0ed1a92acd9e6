"""MEL203: a player names a model alias that nobody defines."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.lower.players import BUILT_IN_MODELS
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest


def unknown_model(subject: Subject) -> Iterator[Diagnostic]:
    """Aliases in ``model:`` of players; ``offline`` need not be defined."""
    known = {**BUILT_IN_MODELS, **subject.symbols.models}
    for player in subject.symbols.melody.players:
        if not isinstance(player.kind, syntax.ModelKind):
            continue
        alias = player.kind.model
        if alias.value not in known:
            guess = nearest(alias.value, known)
            yield diagnose(
                "MEL203",
                f"there is no model `{alias.value}`",
                alias.span,
                label=f"did you mean `{guess}`?" if guess else None,
                help="define the alias under `models:`, or use `offline`, which needs no key",
            )
