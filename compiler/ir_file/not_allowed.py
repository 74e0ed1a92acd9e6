"""MEL401 of an IR file: it may start no more than the Melody that it was made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from compiler.check.player_not_allowed import LANGCHAIN
from compiler.check.wording import as_phrase
from compiler.ir_file.finding import Path
from compiler.ir_file.json_text import places
from compiler.parse.source_text import SourceText
from workflow_ir.allow import Allow, Refusal
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Severity
from workflow_ir.players import (
    CommandPlayer,
    FrameworkPlayer,
    HttpPlayer,
    McpPlayer,
    Player,
    PluginPlayer,
    PythonPlayer,
)
from workflow_ir.values import LiteralValue, TextValue, Value
from workflow_ir.workflow import WorkflowIR

Refused = Iterator[tuple[Refusal | None, Path]]


def not_allowed(
    source: SourceText, ir: WorkflowIR, allow: Allow, *, must: bool, trusted: Collection[str]
) -> tuple[Diagnostic, ...]:
    """Each forbidden target once; a warning where nothing is going to run (spec 8).

    Args:
        source: The IR file.
        ir: What it holds.
        allow: What is allowed.
        must: A forbidden target is an error.
        trusted: Addresses of models that the project gives.
    """
    refused: dict[tuple[str, str], tuple[Refusal, Path]] = {}
    for part, way in ((ir, ()), *((m, ("modules", key)) for key, m in ir.modules.items())):
        for refusal, path in _refusals(part, allow, trusted):
            if refusal is not None:
                refused.setdefault((refusal.kind, refusal.name), (refusal, (*way, *path)))
    if not refused:
        return ()
    found = places(source, {path for _, path in refused.values()})
    problems = (
        diagnose(
            "MEL401",
            as_phrase(f"the project does not allow {refusal.what}"),
            found[path],
            help=f"add `{refusal.line}` to melody.project.yaml, or run with `{refusal.option}`",
        )
        for refusal, path in refused.values()
    )
    if must:
        return tuple(problems)
    return tuple(replace(one, severity=Severity.WARNING) for one in problems)


def _refusals(ir: WorkflowIR, allow: Allow, trusted: Collection[str]) -> Refused:
    for name, model in ir.models.items():
        if model.base_url is not None and model.base_url not in trusted:
            yield from _url(allow, model.base_url, ("models", name, "base_url"))
        if model.model.startswith(LANGCHAIN):
            target = model.model.removeprefix(LANGCHAIN)
            yield allow.refuse_python(target, what="model"), ("models", name, "model")
    for name, player in ir.players.items():
        for refusal, path in _of_kind(allow, player):
            yield refusal, ("players", name, *path)


def _of_kind(allow: Allow, player: Player) -> Refused:
    match player:
        case PythonPlayer(target=target):
            yield allow.refuse_python(target), ("target",)
        case FrameworkPlayer(target=target):
            yield allow.refuse_python(target, what="framework player"), ("target",)
        case CommandPlayer(commands=commands):
            for index, argv in enumerate(commands):
                program = argv[0] if argv else None
                if isinstance(program, LiteralValue) and isinstance(program.value, str):
                    yield allow.refuse_command(program.value), ("commands", index, 0, "value")
        case HttpPlayer():
            yield from _url(allow, _written(player.request.entries.get("url")), ("request",))
        case McpPlayer(command=tuple(words)):
            yield allow.refuse_mcp(words), ("command",)
        case McpPlayer(url=str(url)):
            yield allow.refuse_mcp(url), ("url",)
        case PluginPlayer(plugin=plugin):
            yield allow.refuse_plugin(plugin), ("plugin",)
        case _:
            return


def _written(url: Value | None) -> str:
    """The beginning of a URL as far as it is written, if the whole host is in it."""
    match url:
        case LiteralValue(value=str(text)):
            return text
        case TextValue(parts=(str(text), *_)) if text.count("/") > 2:
            return text
        case _:
            return ""


def _url(allow: Allow, url: str, path: Path) -> Refused:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return
    if host:
        yield allow.refuse_http(host), path
