"""MEL210: what a step gives cannot have the type that its ``output`` declares."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.outputs import command_output
from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.check.wording import as_phrase
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.types import Type, mismatch


def output_mismatch(subject: Subject) -> Iterator[Diagnostic]:
    """Compare what is declared with a ``set``, with what a command gives, and with the player."""
    for symbol in subject.symbols.steps:
        declared = symbol.step.output
        if declared is None or symbol in subject.doubt.steps:
            continue
        if isinstance(symbol.step.verb, syntax.Set):
            yield from _set(subject, symbol, symbol.step.verb, declared)
        else:
            yield from _performed(subject, symbol, declared)


def _set(
    subject: Subject, symbol: StepSymbol, verb: syntax.Set, declared: syntax.TypeNode
) -> Iterator[Diagnostic]:
    uses = (use for use in subject.uses_of_step(symbol) if use.field == "set")
    if any(subject.typing.check(use).problems for use in uses):
        return
    found = subject.typing.value(verb.value, symbol.home, symbol, "set")
    fault = mismatch(found, declared.type)
    if fault is not None:
        yield diagnose(
            "MEL210",
            f"the value does not fit the output: {as_phrase(fault)}",
            verb.value.span,
            notes=(Note(f"`{symbol.id}` declares its output", declared.span),),
        )


def _performed(
    subject: Subject, symbol: StepSymbol, declared: syntax.TypeNode
) -> Iterator[Diagnostic]:
    found = _given(subject, symbol)
    if found is None:
        return
    given, who, notes = found
    fault = mismatch(given, declared.type)
    if fault is not None:
        yield diagnose(
            "MEL210",
            f"{who} cannot give this output: {as_phrase(fault)}",
            declared.span,
            notes=notes,
            help="change `output`, or let `parse: json`, `lines` or `text` read what is printed"
            if not notes or "output" not in notes[0].message
            else "make both the same, or leave one of them out",
        )


def _given(subject: Subject, symbol: StepSymbol) -> tuple[Type, str, tuple[Note, ...]] | None:
    """What is known of the answer before the run."""
    verb = symbol.step.verb
    if isinstance(verb, syntax.Run):
        return command_output(None if verb.parse is None else verb.parse.value), "a command", ()
    player = subject.symbols.player_of(symbol.step)
    if player is None or player.name.value in subject.doubt.players:
        return None
    who = f"player `{player.name.value}`"
    if player.output is not None:
        return player.output.type, who, (Note("it declares its output", player.output.span),)
    if isinstance(player.kind, syntax.CommandKind):
        parse = player.kind.parse
        given = command_output(None if parse is None else parse.value)
        return given, who, (Note("the player stands", player.name.span),)
    return None
