"""MEL402: a lower level loosens a bound of a higher one (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.policy import Policy

LIMITS = ("timeout", "total_timeout", "wall")
DEFAULT_WALL_S = Policy().wall_s

Level = tuple[syntax.Policy, str]
"""A policy and whose it is."""


def loosened_bound(subject: Subject) -> Iterator[Diagnostic]:
    """Time limits of Melody and steps; attempts against the project's."""
    symbols = subject.symbols
    above: list[Level] = []
    if symbols.project is not None and symbols.project.policy is not None:
        above.append((symbols.project.policy, "the project"))
    melody = symbols.melody.policy
    if melody is not None:
        yield from _limits(above, melody)
        yield from _attempts(above, melody)
        yield from _wall(above, melody)
    below = above if melody is None else [*above, (melody, "the Melody")]
    for symbol in symbols.steps:
        if symbol.step.policy is not None:
            yield from _limits(below, symbol.step.policy)
            yield from _attempts(above, symbol.step.policy)


def _limits(above: list[Level], below: syntax.Policy) -> Iterator[Diagnostic]:
    """Each limit against the tightest one above it."""
    for name in LIMITS:
        wish: syntax.Spanned[float] | None = getattr(below, name)
        bounds: list[tuple[syntax.Spanned[float], str]] = [
            (bound, who) for policy, who in above if (bound := getattr(policy, name)) is not None
        ]
        if wish is None or not bounds:
            continue
        most, who = min(bounds, key=lambda bound: bound[0].value)
        if wish.value > most.value:
            yield diagnose(
                "MEL402",
                f"`{name}: {wish.value:g} s` is longer than {who} allows ({most.value:g} s)",
                wish.span,
                notes=(Note("the bound is set", most.span),),
                help=f"write {most.value:g}s or less",
            )


def _attempts(above: list[Level], below: syntax.Policy) -> Iterator[Diagnostic]:
    """Against the project's: ``retry`` of a Melody is a default."""
    for policy, who in above:
        most = None if policy.retry is None else policy.retry.max_attempts
        wish = None if below.retry is None else below.retry.max_attempts
        if most is not None and wish is not None and wish.value > most.value:
            yield diagnose(
                "MEL402",
                f"{wish.value} attempts are more than {who} allows ({most.value})",
                wish.span,
                notes=(Note("the bound is set", most.span),),
                help=f"write `max_attempts: {most.value}` or less",
            )


def _wall(above: list[Level], melody: syntax.Policy) -> Iterator[Diagnostic]:
    """Only a project raises the policy wall (spec 8, policy)."""
    wish = melody.wall
    if wish is None or any(policy.wall is not None for policy, _ in above):
        return
    if wish.value > DEFAULT_WALL_S:
        yield diagnose(
            "MEL402",
            f"`wall: {wish.value:g} s` is longer than the default of {DEFAULT_WALL_S:g} s, "
            "which only a project may raise",
            wish.span,
            help=f"write `policy: {{wall: {wish.value:g}s}}` in melody.project.yaml",
        )
