"""MEL225: more places must succeed than there are."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unreachable_threshold(subject: Subject) -> Iterator[Diagnostic]:
    """``succeed_if: N`` against the branches of a ``parallel``, or the items of a written list.

    How long a computed list is turns out at run time, where the step fails at its start.
    """
    for symbol in subject.symbols.steps:
        step = symbol.step
        wanted = step.succeed_if
        if wanted is None or wanted.count is None or symbol in subject.doubt.steps:
            continue
        there = _places(step)
        if there is None or wanted.count <= there[0]:
            continue
        count, what = there
        listed = f"there {'is' if count == 1 else 'are'} {count} {what}"
        yield diagnose(
            "MEL225",
            f"{wanted.count} must succeed, but {listed}",
            wanted.span,
            help=f"write `succeed_if: {count}` or less, `any`, `all` or a share like `80%`"
            if count
            else "leave `succeed_if` out",
        )


def _places(step: syntax.Step) -> tuple[int, str] | None:
    """How many places there are, where the text tells; beside ``for_each`` its items count."""
    if step.for_each is not None:
        match step.for_each.items:
            case syntax.Literal(value=list(items)) | syntax.List(items=tuple(items)):
                return len(items), "item" if len(items) == 1 else "items"
        return None
    if isinstance(step.verb, syntax.Parallel):
        count = len(step.verb.branches)
        return count, "branch" if count == 1 else "branches"
    return None
