"""MEL223: an input that a sub-melody or a player needs is not given."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.borders import wanted_by
from compiler.check.subject import Subject
from compiler.check.unknown_argument import receiver
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest
from workflow_ir.types import describe


def missing_argument(subject: Subject) -> Iterator[Diagnostic]:
    """All that are missing at once, at the ``with`` key, else at the verb.

    One that a misspelt key probably means is not missing: `unknown_argument` tells of it.
    """
    for symbol in subject.symbols.performances():
        wanted = wanted_by(subject.typing, symbol)
        if wanted is None or symbol.host in subject.doubt.steps:
            continue
        given = symbol.step.with_
        keys = [] if given is None else [key.text for key, _ in given.entries]
        free = [name for name in wanted if name not in keys]
        meant = {nearest(key, free) for key in keys if key not in wanted}
        missing = [
            name for name in free if wanted[name].required and name not in meant
        ]  # fmt: skip
        if not missing:
            continue
        listed = " and ".join(f"`{name}`" for name in missing)
        lines = ", ".join(f"{name}: …" for name in missing)
        types = ", ".join(f"`{name}` is {describe(wanted[name].type)}" for name in missing)
        yield diagnose(
            "MEL223",
            f"{receiver(subject, symbol)[0]} needs {listed}",
            symbol.step.with_span or symbol.step.verb_span,
            help=f"write `with: {{{lines}}}`; {types}",
        )
