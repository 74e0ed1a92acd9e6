"""MEL210: a value of ``with`` has another type than the other side asks for."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.borders import argument_borders
from compiler.analysis.conversions import misfit
from compiler.check.subject import Subject
from compiler.check.unknown_argument import receiver
from compiler.check.wording import as_phrase, conversion_help
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def argument_mismatch(subject: Subject) -> Iterator[Diagnostic]:
    """Inputs of a sub-melody, and of a player that declares ``input``; safe conversions fit."""
    for border in argument_borders(subject.typing, subject.doubt):
        fault = misfit(border.source, border.target)
        if fault is not None:
            who = receiver(subject, border.step)[0]
            yield diagnose(
                "MEL210",
                f"`{border.name}` of {who} does not fit: {as_phrase(fault)}",
                border.place,
                help=conversion_help(border.source, border.target, border.value),
            )
