"""``players``: who can perform; exactly one kind key each (spec 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from compiler.parse.atoms import (
    PLAYER_NAME,
    boolean,
    integer,
    member_of,
    named,
    number,
    text,
    texts,
    word_of,
)  # fmt: skip
from compiler.parse.commands import commands
from compiler.parse.models import sampling
from compiler.parse.quantities import share, size, time_limit
from compiler.parse.reading import Fields, Reading
from compiler.parse.sampling import SAMPLING
from compiler.parse.syntax import (
    AgentKind,
    CallKind,
    CommandKind,
    Cost,
    Effects,
    FrameworkKind,
    HttpKind,
    Limits,
    McpKind,
    ModelKind,
    ParseAs,
    Player,
    PlayerKind,
    PluginKind,
    PythonKind,
    Spanned,
    Unreadable,
)  # fmt: skip
from compiler.parse.tree import KeyNode, Node
from compiler.parse.types import type_node
from compiler.parse.values import map_value, value
from workflow_ir.policy import Importance
from workflow_ir.span import Span

TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
KINDS = ("python", "command", "model", "agent", "http", "mcp", "call", "plugin", "framework")
COMMON = (
    "description", "input", "output", "provides", "fallback", "importance", "effects",
    "isolation", "cost", "limits", "timeout", "grant", "enabled", "requires", "preload",
)  # fmt: skip
BESIDE: Mapping[str, tuple[str, ...]] = {
    "command": ("stdin", "parse", "env"),
    "http": ("parse",),
    "model": ("system", *SAMPLING),
    "agent": ("model", "system", "tools", "max_turns", *SAMPLING),
    "mcp": ("tool",),
}
"""Keys that go with one kind."""
HTTP = ("method", "url", "headers", "query", "json", "form", "body", "timeout")
parse_word: Callable[[Reading, Node, str], Spanned[ParseAs] | None] = word_of(
    "text", "json", "lines", "exit"
)
effects_word: Callable[[Reading, Node, str], Spanned[Effects] | None] = word_of(
    "none", "idempotent", "once"
)


def players(reading: Reading, node: Node, name: str) -> tuple[Player, ...] | None:
    """Every player that can be read."""
    entries = reading.map_of(node, name, help="write `players: {name: {python: module:callable}}`")
    if entries is None:
        return None
    return tuple(_player(reading, key, item) for key, item in entries.entries)


def _player(reading: Reading, key: KeyNode, node: Node) -> Player:
    name = named(reading, Spanned(key.text, key.span), PLAYER_NAME, "a player")
    span = key.span.to(node.span)
    unread = Player(name, span, Unreadable(node.span), key.span)
    mapping = reading.map_of(node, key.text, help="write `{python: module:callable}`")
    if mapping is None:
        return unread
    kinds = [kind for kind in KINDS if kind in mapping.keys]
    if "agent" in kinds and "model" in kinds:
        kinds.remove("model")
    allowed = dict.fromkeys((*KINDS, *COMMON))
    for kind in kinds:
        allowed.update(dict.fromkeys(BESIDE.get(kind, ())))
    fields = reading.fields(
        mapping, "player", tuple(allowed), at=key.span, name=key.text, elsewhere=_elsewhere
    )
    if fields is None:
        return unread
    chosen = fields.one_of(kinds or KINDS, what="kind", at=key.span)
    found = READERS[chosen](fields) if chosen else None
    return Player(
        name,
        span,
        found or Unreadable(node.span),
        fields.span(chosen) if chosen else key.span,
        description=fields.read("description", text),
        input=fields.read("input", type_node),
        output=fields.read("output", type_node),
        provides=fields.read_all("provides", texts),
        fallback=fields.read_all("fallback", texts),
        importance=fields.read("importance", member_of(Importance)),
        effects=fields.read("effects", effects_word),
        isolation=fields.read("isolation", word_of("inline", "thread", "worker", "process")),
        cost=fields.read_at("cost", _cost),
        limits=fields.read_at("limits", _limits),
        timeout=fields.read("timeout", time_limit),
        grant_attempts=fields.read_at("grant", _grant),
        enabled=fields.read("enabled", boolean),
        requires=fields.read_all("requires", texts),
        preload=fields.read("preload", boolean),
    )


def _elsewhere(key: str) -> str | None:
    kinds = [kind for kind, keys in BESIDE.items() if key in keys]
    return f"`{key}` goes with {' and '.join(f'`{kind}`' for kind in kinds)}" if kinds else None


def _cost(reading: Reading, node: Node, at: Span) -> Cost | None:
    fields = reading.fields(node, "cost", ("usd", "tokens"), at=at)
    if fields is None:
        return None
    usd, tokens = fields.read("usd", number(0)), fields.read("tokens", integer(0))
    return Cost(at.to(node.span), usd, tokens)


def _limits(reading: Reading, node: Node, at: Span) -> Limits | None:
    keys = ("concurrency", "per_minute", "memory", "cpu", "output")
    fields = reading.fields(node, "limits", keys, at=at)
    if fields is None:
        return None
    return Limits(
        at.to(node.span),
        concurrency=fields.read("concurrency", integer(1)),
        per_minute=fields.read("per_minute", integer(1)),
        memory=fields.read("memory", size),
        cpu=fields.read("cpu", share),
        output=fields.read("output", size),
    )


def _grant(reading: Reading, node: Node, at: Span) -> Spanned[int] | None:
    fields = reading.fields(node, "grant", ("attempts",), at=at, required=("attempts",))
    return fields.read("attempts", integer(1)) if fields else None


def _target(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    found = text(reading, node, name)
    if found is None or TARGET.fullmatch(found.value):
        return found
    reading.report(
        "MEL111",
        f"`{found.value[:80]}` names no {'object' if name == 'framework' else 'callable'}",
        found.span,
        help=f'write `{name}: "package.module:name"`',
    )
    return None


def _python(fields: Fields) -> PlayerKind | None:
    target = fields.read("python", _target)
    return PythonKind(target) if target else None


def _command(fields: Fields) -> PlayerKind | None:
    found = fields.read("command", commands)
    if found is None:
        return None
    return CommandKind(
        found, fields.read("stdin", value), fields.read("parse", parse_word),
        fields.read("env", map_value),
    )  # fmt: skip


def _model(fields: Fields) -> PlayerKind | None:
    model = fields.read("model", text)
    system, parameters = fields.read("system", value), sampling(fields)
    return ModelKind(model, system, parameters) if model else None


def _agent(fields: Fields) -> PlayerKind | None:
    agent = fields.read("agent", map_value)
    if agent is None:
        return None
    return AgentKind(
        agent, fields.read("model", text), fields.read("system", value),
        fields.read_all("tools", texts), fields.read("max_turns", integer(1)), sampling(fields),
    )  # fmt: skip


def _http(fields: Fields) -> PlayerKind | None:
    def request(reading: Reading, node: Node, at: Span) -> Fields | None:
        return reading.fields(node, "http", HTTP, at=at, required=("url",))

    inner = fields.read_at("http", request)
    found = fields.read("http", map_value) if inner else None
    return HttpKind(found, fields.read("parse", parse_word)) if found else None


def _mcp(fields: Fields) -> PlayerKind | None:
    server = fields.read("mcp", map_value)
    return McpKind(server, fields.read("tool", text)) if server else None


def _call(fields: Fields) -> PlayerKind | None:
    file = fields.read("call", text)
    return CallKind(file) if file else None


def _plugin(fields: Fields) -> PlayerKind | None:
    plugin = fields.read("plugin", text)
    return PluginKind(plugin) if plugin else None


def _framework(fields: Fields) -> PlayerKind | None:
    target = fields.read("framework", _target)
    return FrameworkKind(target) if target else None


READERS: Mapping[str, Callable[[Fields], PlayerKind | None]] = {
    "python": _python,
    "command": _command,
    "model": _model,
    "agent": _agent,
    "http": _http,
    "mcp": _mcp,
    "call": _call,
    "plugin": _plugin,
    "framework": _framework,
}
"""One reader a kind."""
