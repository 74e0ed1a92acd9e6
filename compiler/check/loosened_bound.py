"""MEL402: a lower level loosens a bound of a higher one (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note

_LIMITS = ("timeout", "total_timeout", "wall")


def loosened_bound(subject: Subject) -> Iterator[Diagnostic]:
    """Time limits of Melody and steps, attempts against the project's."""
    symbols = subject.symbols
    project = None if symbols.project is None else symbols.project.policy
    melody = symbols.melody.policy
    if project is not None and melody is not None:
        yield from _compare(project, melody, "the project")
    for symbol in symbols.steps:
        own = symbol.step.policy
        if own is None:
            continue
        if project is not None:
            yield from _compare(project, own, "the project")
        if melody is not None:
            yield from _compare_limits(melody, own, "the Melody")


def _compare(above: syntax.Policy, below: syntax.Policy, who: str) -> Iterator[Diagnostic]:
    yield from _compare_limits(above, below, who)
    if above.retry is None or below.retry is None:
        return
    most, wish = above.retry.max_attempts, below.retry.max_attempts
    if most is not None and wish is not None and wish.value > most.value:
        yield diagnose(
            "MEL402",
            f"`max_attempts: {wish.value}` is more than {who} allows ({most.value})",
            wish.span,
            notes=(Note("the bound is set", most.span),),
            help=f"write {most.value} or less",
        )


def _compare_limits(above: syntax.Policy, below: syntax.Policy, who: str) -> Iterator[Diagnostic]:
    for name in _LIMITS:
        most: syntax.Spanned[float] | None = getattr(above, name)
        wish: syntax.Spanned[float] | None = getattr(below, name)
        if most is not None and wish is not None and wish.value > most.value:
            yield diagnose(
                "MEL402",
                f"`{name}: {wish.value:g} s` is longer than {who} allows ({most.value:g} s)",
                wish.span,
                notes=(Note("the bound is set", most.span),),
                help=f"write {most.value:g}s or less",
            )
