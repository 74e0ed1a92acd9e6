"""MEL201: ``needs`` names a step that does not exist here."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unknown_need(subject: Subject) -> Iterator[Diagnostic]:
    """Names in ``needs``; those in expressions are seen by ``expression_problem``."""
    for symbol in subject.symbols.steps:
        for name in symbol.step.needs:
            known = symbol.home.find(name.value) is not None
            if known or subject.doubt.hides("steps", name.value):
                continue
            others = [one for one in symbol.home.visible() if one != symbol.id]
            cure = offer(
                name.value, others, name.span, what="steps", otherwise="there is no other step here"
            )
            hidden = subject.typing.hidden(symbol.home).get(name.value)
            if hidden is not None:
                cure["help"] = hidden
            yield diagnose("MEL201", f"there is no step `{name.value}` here", name.span, **cure)
