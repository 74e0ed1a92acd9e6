"""MEL208: an arm after the one with ``else: true`` can never be taken."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note


def unreachable_arm(subject: Subject) -> Iterator[Diagnostic]:
    """Arms are tried in order; ``else`` takes everything that is left."""
    for symbol in subject.symbols.steps:
        verb = symbol.step.verb
        if not isinstance(verb, syntax.Branch):
            continue
        taken_all: syntax.Arm | None = None
        for arm in verb.arms:
            if taken_all is not None:
                yield diagnose(
                    "MEL208",
                    f"arm `{arm.name.value}` can never be taken: it stands after the `else` arm",
                    arm.name.span,
                    notes=(
                        Note(f"`{taken_all.name.value}` takes everything", taken_all.name.span),
                    ),
                    help="move the arm with `else: true` to the end",
                )
            elif arm.is_else:
                taken_all = arm
