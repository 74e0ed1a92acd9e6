"""MEL201: ``needs`` names a step that does not exist here."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest


def unknown_need(subject: Subject) -> Iterator[Diagnostic]:
    """Names in ``needs``; those in expressions are seen by ``expression_problem``."""
    for symbol in subject.symbols.steps:
        for name in symbol.step.needs:
            if symbol.home.find(name.value) is None:
                visible = symbol.home.visible()
                guess = nearest(name.value, visible)
                yield diagnose(
                    "MEL201",
                    f"there is no step `{name.value}`",
                    name.span,
                    label=f"did you mean `{guess}`?" if guess else None,
                    help="steps: " + ", ".join(f"`{one}`" for one in visible),
                )
