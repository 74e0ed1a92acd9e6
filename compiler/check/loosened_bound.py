"""MEL402: a lower level loosens a bound of a higher one (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from compiler.parse.quantities import duration_text
from compiler.projects.bounds import Level, Limit, loosened
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.policy import Policy
from workflow_ir.span import Span

DEFAULT_WALL_S = Policy().wall_s


def loosened_bound(subject: Subject) -> Iterator[Diagnostic]:
    """The Melody against project and profile; each step, and what undoes it, against all three.

    What the user's file says is no bound: it holds where nobody else says anything.
    """
    symbols = subject.symbols
    project, melody = symbols.project, symbols.melody.policy
    above = Level(None if project is None else project.policy, lambda limit: _who(project, limit))
    bounds = Level(None if project is None else project.bounds, lambda _: "the project")
    yield from loosened([bounds, above], melody)
    yield from _wall(above, melody)
    below = Level(melody, lambda _: "the Melody", binds_attempts=False)
    for symbol in symbols.performances():
        yield from loosened([bounds, above, below], symbol.step.policy)


def _who(project: syntax.Project | None, limit: Limit) -> str:
    """The project, or its profile if the bound is written there."""
    profile = None if project is None else project.profile
    if profile is not None and _holds(profile.span, limit.span):
        return f"profile `{profile.value}`"
    return "the project"


def _holds(outer: Span, inner: Span) -> bool:
    return outer.file == inner.file and (outer.line, outer.column) <= (
        inner.line, inner.column,
    ) <= (outer.end_line, outer.end_column)  # fmt: skip


def _wall(above: Level, melody: syntax.Policy | None) -> Iterator[Diagnostic]:
    """Only a project raises the policy wall (spec 8, policy)."""
    wish = None if melody is None else melody.wall
    if wish is None or (above.policy is not None and above.policy.wall is not None):
        return
    if wish.value > DEFAULT_WALL_S:
        yield diagnose(
            "MEL402",
            f"`wall: {duration_text(wish.value)}` is longer than the default of "
            f"{duration_text(DEFAULT_WALL_S)}, which only a project may raise",
            wish.span,
            help=f"write `policy: {{wall: {duration_text(wish.value)}}}` in melody.project.yaml",
        )
