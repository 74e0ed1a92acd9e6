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
    """Aliases of players and of ``vary``; ``offline`` need not be defined."""
    known = {**subject.symbols.models, **BUILT_IN_MODELS}
    for alias in _aliases(subject):
        if alias.value in known or subject.doubt.hides("models", alias.value):
            continue
        cure = offer(alias.value, known, alias.span, what="models", otherwise="define the alias")
        if cure["label"] is None:
            cure["help"] = "define the alias under `models:`, or use `offline`, which needs no key"
        yield diagnose("MEL203", f"there is no model `{alias.value}`", alias.span, **cure)


def _aliases(subject: Subject) -> Iterator[syntax.Spanned[str]]:
    for player in subject.symbols.own_players():
        if isinstance(player.kind, syntax.ModelKind | syntax.AgentKind):
            yield player.kind.model
    yield from varied_models(subject)


def varied_models(subject: Subject) -> Iterator[syntax.Spanned[str]]:
    """The aliases that later attempts change to: ``retry: {vary: [{model: …}]}``."""
    symbols = subject.symbols
    steps = (symbol.step.policy for symbol in symbols.performances())
    for policy in (symbols.melody.policy, *steps):
        rules = () if policy is None else policy.rules
        for entry in (entry for rule in rules for entry in rule.vary):
            alias = entry.get("model")
            if isinstance(alias, syntax.Literal) and isinstance(alias.value, str):
                yield syntax.Spanned(alias.value, alias.span)
