"""MEL401: what the project does not allow a Melody to import, start or reach (spec 2, Files)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from compiler.analysis.capabilities import is_enabled
from compiler.check.subject import Subject
from compiler.check.wording import as_phrase
from compiler.parse import syntax
from compiler.projects.settings import is_set
from workflow_ir.allow import Allow, Refusal
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Severity
from workflow_ir.span import Span

LANGCHAIN = "langchain:"
"""Before the object that a model is imported as."""

Refused = tuple[Refusal | None, Span]


def player_not_allowed(subject: Subject) -> Iterator[Diagnostic]:
    """Each forbidden target once; a warning where nothing is going to run (spec 8)."""
    if "allow" in subject.doubt.sections:
        return
    told: set[tuple[str, str]] = set()
    for refusal, span in _refusals(subject):
        if refusal is None or (refusal.kind, refusal.name) in told:
            continue
        told.add((refusal.kind, refusal.name))
        found = diagnose(
            "MEL401",
            as_phrase(f"the project does not allow {refusal.what}"),
            span,
            help=f"add `{refusal.line}` to melody.project.yaml, or run with `{refusal.option}`",
        )
        yield found if subject.must_be_allowed else replace(found, severity=Severity.WARNING)


def _refusals(subject: Subject) -> Iterator[Refused]:
    allow = subject.allow
    for model in subject.symbols.melody.models:
        # The address of a project's model is trusted, and so is one given on the command line.
        if model.base_url is not None and not is_set(model.base_url.span.file):
            yield from _url(allow, model.base_url.value, model.base_url.span)
        target = model.model.value
        if target.startswith(LANGCHAIN):
            target = target.removeprefix(LANGCHAIN)
            yield allow.refuse_python(target, what="model"), model.model.span
    for player in subject.symbols.own_players():
        if is_enabled(player):
            yield from _of_kind(allow, player.kind)
    for symbol in subject.symbols.performances():
        if isinstance(symbol.step.verb, syntax.Run):
            yield from _commands(allow, symbol.step.verb.commands)


def _of_kind(allow: Allow, kind: syntax.PlayerKind) -> Iterator[Refused]:
    match kind:
        case syntax.PythonKind(target=target):
            yield allow.refuse_python(target.value), target.span
        case syntax.FrameworkKind(target=target):
            yield allow.refuse_python(target.value, what="framework player"), target.span
        case syntax.CommandKind(commands=commands):
            yield from _commands(allow, commands)
        case syntax.HttpKind(url=url):
            yield from _url(allow, _written(url), url.span)
        case syntax.McpKind(command=tuple(words), server=server):
            yield allow.refuse_mcp(tuple(word.value for word in words)), server
        case syntax.McpKind(url=syntax.Spanned(value=url, span=span)):
            yield allow.refuse_mcp(url), span
        case syntax.PluginKind(plugin=plugin):
            yield allow.refuse_plugin(plugin.value), plugin.span


def _commands(allow: Allow, commands: tuple[tuple[syntax.Value, ...], ...]) -> Iterator[Refused]:
    for argv in commands:
        program = argv[0]
        if isinstance(program, syntax.Literal) and isinstance(program.value, str):
            yield allow.refuse_command(program.value), program.span


def _written(url: syntax.Value) -> str:
    """The beginning of a URL as far as it is written, if the whole host is in it."""
    match url:
        case syntax.Literal(value=str(text)):
            return text
        case syntax.Text(parts=(str(text), *_)) if text.count("/") > 2:
            return text
        case _:
            return ""


def _url(allow: Allow, url: str, span: Span) -> Iterator[Refused]:
    """A host that is computed is looked at when the request is made."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return
    if host:
        yield allow.refuse_http(host), span
