"""MEL227: something that is written and can never make a difference."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.capabilities import is_enabled
from compiler.check.subject import Subject
from compiler.parse import syntax
from compiler.parse.quantities import duration_text
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def without_effect(subject: Subject) -> Iterator[Diagnostic]:
    """Warnings: what the words ask for cannot happen."""
    for symbol in subject.symbols.steps:
        verb = symbol.step.verb
        if isinstance(verb, syntax.Approval) and symbol not in subject.doubt.steps:
            yield from _approval(symbol.step, verb)
    for player in subject.symbols.own_players():
        yield from _fallback(subject, player)


def _approval(step: syntax.Step, verb: syntax.Approval) -> Iterator[Diagnostic]:
    if verb.on_timeout is not None and verb.expires is None:
        yield diagnose(
            "MEL227",
            "`on_timeout` has no effect: without `expires` the question waits for ever",
            verb.on_timeout.span,
            help="add `expires: 24h`, or remove `on_timeout`",
        )
    policy, expires = step.policy, verb.expires
    limit = None if policy is None else policy.timeout
    if expires is not None and limit is not None and limit.value <= expires.value:
        yield diagnose(
            "MEL227",
            f"`expires` has no effect: the step's time is over after {duration_text(limit.value)}",
            expires.span,
            notes=(Note("`timeout` is set", limit.span),),
            help=f"write less than `{duration_text(limit.value)}`, or remove `timeout`",
        )


def _fallback(subject: Subject, player: syntax.Player) -> Iterator[Diagnostic]:
    """A disabled player is no fallback; the next one is taken."""
    for name in player.fallback:
        other = subject.symbols.players.get(name.value)
        if other is not None and not is_enabled(other) and other.enabled is not None:
            yield diagnose(
                "MEL227",
                f"this fallback has no effect: player `{name.value}` is disabled",
                name.span,
                notes=(Note("it is disabled", other.enabled.span),),
                help="remove `enabled: false` there, or take it out of `fallback`",
            )
