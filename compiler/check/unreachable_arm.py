"""MEL208: an arm after one that takes everything can never be taken."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.constant_condition import constant
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def unreachable_arm(subject: Subject) -> Iterator[Diagnostic]:
    """Arms are tried in order; ``else``, or what always holds, takes all that is left."""
    for symbol in subject.symbols.steps:
        verb = symbol.step.verb
        if not isinstance(verb, syntax.Branch):
            continue
        taken_all: syntax.Arm | None = None
        for arm in verb.arms:
            if taken_all is not None:
                yield diagnose(
                    "MEL208",
                    f"arm `{arm.name.value}` can never be taken: it stands after "
                    f"{'the `else` arm' if taken_all.is_else else 'an arm that always holds'}",
                    arm.name.span,
                    notes=(
                        Note(f"`{taken_all.name.value}` takes everything", taken_all.name.span),
                    ),
                    help="move the arm with `else: true` to the end"
                    if taken_all.is_else
                    else "let the earlier condition depend on something",
                )
            elif arm.is_else or (arm.when is not None and constant(arm.when.expression) is True):
                taken_all = arm
