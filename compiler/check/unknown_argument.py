"""MEL222: ``with`` has a key that nobody at the other side asks for."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.borders import wanted_by
from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic


def unknown_argument(subject: Subject) -> Iterator[Diagnostic]:
    """Keys beside the inputs of a sub-melody, or beside the ``input`` that a player declares."""
    for symbol in subject.symbols.performances():
        given, wanted = symbol.step.with_, wanted_by(subject.typing, symbol)
        if given is None or wanted is None:
            continue
        who, what = receiver(subject, symbol)
        taken = {key.text for key, _ in given.entries}
        for key, _ in given.entries:
            if key.text in wanted:
                continue
            free = [name for name in wanted if name not in taken]
            cure = offer(key.text, free, key.span, what=what, otherwise=f"{who} takes no more")
            yield diagnose("MEL222", f"{who} has no input `{key.text}`", key.span, **cure)


def receiver(subject: Subject, symbol: StepSymbol) -> tuple[str, str]:
    """Who gets the ``with`` of a step, and what its free inputs are called in a list."""
    if isinstance(symbol.step.verb, syntax.Call):
        called = subject.symbols.called.get(symbol.address)
        name = symbol.step.verb.file.value if called is None else called.name
        return f"sub-melody `{name}`", "inputs not given yet"
    players = subject.symbols.players_of(symbol.step)
    return f"player `{players[0].name.value}`", "inputs not given yet"
