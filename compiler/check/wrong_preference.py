"""MEL221: a preferred player is none of those that could be chosen."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.capabilities import provides
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def wrong_preference(subject: Subject) -> Iterator[Diagnostic]:
    """``prefer`` names a player that does not provide the capability."""
    for symbol in subject.symbols.performances():
        verb = symbol.step.verb
        if not isinstance(verb, syntax.PlayCapability):
            continue
        wanted = verb.provides.value
        for name in verb.prefer:
            player = subject.symbols.players.get(name.value)
            if player is None or provides(player, wanted) or not subject.typing.is_certain(player):
                continue
            listed = ", ".join(f"`{one.value}`" for one in player.provides) or "nothing"
            yield diagnose(
                "MEL221",
                f"player `{name.value}` does not provide `{wanted}`, so it is never chosen",
                name.span,
                notes=(Note(f"it provides {listed}", player.name.span),),
                help=f"write `provides: [{wanted}]` at the player, or take it out of `prefer`",
            )
