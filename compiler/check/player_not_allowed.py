"""MEL401: a player that the project does not allow (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compiler.check.subject import Subject
from compiler.check.wording import as_phrase
from compiler.parse import syntax
from workflow_ir.allow import Refusal
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Severity
from workflow_ir.span import Span


def player_not_allowed(subject: Subject) -> Iterator[Diagnostic]:
    """Each forbidden target once; a warning where nothing is going to run (spec 8)."""
    if "allow" in subject.doubt.sections:
        return
    told: set[tuple[str, str]] = set()
    for refusal, span in _refusals(subject):
        key = (refusal.kind, refusal.name)
        if key in told:
            continue
        told.add(key)
        found = diagnose(
            "MEL401",
            as_phrase(f"the project does not allow {refusal.what}"),
            span,
            help=f"add `{refusal.line}` to melody.project.yaml, or run with `{refusal.option}`",
        )
        yield found if subject.must_be_allowed else replace(found, severity=Severity.WARNING)


def _refusals(subject: Subject) -> Iterator[tuple[Refusal, Span]]:
    allow = subject.allow
    for player in subject.symbols.own_players():
        match player.kind:
            case syntax.PythonKind(target=target):
                refusal = allow.refuse_python(target.value)
                if refusal is not None:
                    yield refusal, target.span
            case syntax.CommandKind(commands=commands):
                yield from _commands(subject, commands)
            case _:
                pass
    for symbol in subject.symbols.steps:
        if isinstance(symbol.step.verb, syntax.Run):
            yield from _commands(subject, symbol.step.verb.commands)


def _commands(
    subject: Subject, commands: tuple[tuple[syntax.Value, ...], ...]
) -> Iterator[tuple[Refusal, Span]]:
    for argv in commands:
        program = argv[0]
        if isinstance(program, syntax.Literal) and isinstance(program.value, str):
            refusal = subject.allow.refuse_command(program.value)
            if refusal is not None:
                yield refusal, program.span
