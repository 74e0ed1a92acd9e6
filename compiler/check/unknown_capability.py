"""MEL219: a step asks for a capability that no enabled player provides."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.capabilities import capabilities, is_enabled, provides
from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def unknown_capability(subject: Subject) -> Iterator[Diagnostic]:
    """``play: {provides: …}`` without a candidate."""
    if "players" in subject.doubt.sections or subject.doubt.players:
        return
    players = subject.symbols.players
    for symbol in subject.symbols.performances():
        verb = symbol.step.verb
        if not isinstance(verb, syntax.PlayCapability) or subject.symbols.players_of(symbol.step):
            continue
        wanted = verb.provides
        disabled = [
            one
            for one in players.values()
            if not is_enabled(one) and provides(one, wanted.value)
        ]  # fmt: skip
        cure = offer(
            wanted.value,
            sorted(set(capabilities(players))),
            wanted.span,
            what="capabilities",
            otherwise=f"write `provides: [{wanted.value}]` at a player",
        )
        notes = tuple(
            Note(f"`{one.name.value}` provides it, and is disabled", one.name.span)
            for one in disabled
        )
        yield diagnose(
            "MEL219", f"no player provides `{wanted.value}`", wanted.span, notes=notes, **cure
        )
