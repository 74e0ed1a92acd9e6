"""MEL210: what a step gives cannot have the type that its ``output`` declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from compiler.analysis.borders import Border, output_borders
from compiler.analysis.conversions import misfit
from compiler.analysis.performed import given_by, performed
from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.check.wording import as_phrase, conversion_help
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.types import Type, mismatch

PARSE = "change `output`, or let `parse: json`, `lines` or `text` read what is printed"


def output_mismatch(subject: Subject) -> Iterator[Diagnostic]:
    """Compare what is declared with written values, and with what commands and players give.

    Written values are converted where that is safe; what a command or a player gives never is.
    """
    for border in output_borders(subject.typing, subject.doubt):
        yield from _written(border)
    for symbol in subject.symbols.performances():
        declared = symbol.step.output
        if declared is not None and symbol.host not in subject.doubt.steps:
            yield from islice(_performed(subject, symbol, declared), 1)


def _written(border: Border) -> Iterator[Diagnostic]:
    declared = border.step.step.output
    fault = misfit(border.source, border.target)
    if fault is None or declared is None:
        return
    what = "value" if isinstance(border.step.step.verb, syntax.Set) else "result"
    yield diagnose(
        "MEL210",
        f"the {what} does not fit the output: {as_phrase(fault)}",
        border.place,
        notes=(Note(f"`{border.step.id}` declares its output", declared.span),),
        help=conversion_help(border.source, border.target, border.value),
    )


def _performed(
    subject: Subject, symbol: StepSymbol, declared: syntax.TypeNode
) -> Iterator[Diagnostic]:
    for given in _given(subject, symbol):
        fault = mismatch(given.type, declared.type)
        if fault is not None:
            yield diagnose(
                "MEL210",
                f"{given.who} cannot give this output: {as_phrase(fault)}",
                declared.span,
                notes=given.notes,
                help=given.help,
            )


@dataclass(frozen=True, slots=True)
class _Given:
    """What is known of an answer before the run."""

    type: Type
    who: str
    help: str = "make both the same, or leave one of them out"
    notes: tuple[Note, ...] = ()


def _given(subject: Subject, symbol: StepSymbol) -> Iterator[_Given]:
    verb = symbol.step.verb
    match verb:
        case syntax.Run():
            yield _Given(performed(subject.typing, symbol), "a command", PARSE)
        case syntax.Call():
            called = subject.symbols.called.get(symbol.address)
            if called is not None:
                yield _Given(called.outputs, f"sub-melody `{called.name}`")
        case syntax.Parallel():
            uses = (use for use in subject.uses_of_step(symbol) if use.field == "result")
            if not any(subject.typing.check(use).problems for use in uses):
                yield _Given(performed(subject.typing, symbol), "the map of the branches' results")
        case syntax.Play() | syntax.PlayCapability():
            for player in subject.symbols.players_of(symbol.step):
                if subject.typing.is_certain(player):
                    yield from _of_player(player)


def _of_player(player: syntax.Player) -> Iterator[_Given]:
    who = f"player `{player.name.value}`"
    if player.output is not None:
        notes = (Note("it declares its output", player.output.span),)
        yield _Given(player.output.type, who, notes=notes)
    elif isinstance(player.kind, syntax.CommandKind | syntax.HttpKind):
        yield _Given(given_by(player), who, PARSE, (Note("the player stands", player.name.span),))
