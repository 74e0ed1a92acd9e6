"""The kinds of players: one reader each (spec 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from compiler.parse.atoms import integer, text, texts, word_of
from compiler.parse.commands import commands
from compiler.parse.models import address, parameters
from compiler.parse.quantities import time_limit
from compiler.parse.reading import Fields, Reading
from compiler.parse.sampling import SAMPLING
from compiler.parse.syntax import (
    AgentKind,
    BodyAs,
    CallKind,
    CommandKind,
    FrameworkKind,
    HttpKind,
    McpKind,
    ModelKind,
    ParseAs,
    PlayerKind,
    PluginKind,
    PythonKind,
    Spanned,
)  # fmt: skip
from compiler.parse.syntax_values import Expr, Literal, Map, Text, Value
from compiler.parse.tree import ListNode, MapNode, Node
from compiler.parse.values import map_value, value
from workflow_ir.diagnostics import Note
from workflow_ir.span import Span

TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
PLUGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
"""Names of entry points."""
BESIDE: Mapping[str, tuple[str, ...]] = {
    "command": ("stdin", "parse", "env"),
    "http": ("parse",),
    "model": ("system", *SAMPLING),
    "agent": ("model", "system", "tools", "max_turns", *SAMPLING),
    "mcp": ("tool",),
}
"""Keys that go with one kind."""
HTTP = ("method", "url", "headers", "query", "json", "form", "body", "timeout")
REQUEST = tuple(key for key in HTTP if key != "timeout")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SCHEME = re.compile(r"https?://")
BODIES = ("json", "form", "body")
"""At most one of them."""
AGENT = ("role", "goal", "backstory")
MCP = ("command", "url", "env", "headers")
parse_word: Callable[[Reading, Node, str], Spanned[ParseAs] | None] = word_of(
    "text", "json", "lines", "exit"
)
method_word: Callable[[Reading, Node, str], Spanned[str] | None] = word_of(*METHODS)
body_word: Callable[[Reading, Node, str], Spanned[BodyAs] | None] = word_of("text", "json", "lines")


def _target(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    found = text(reading, node, name)
    if found is None or TARGET.fullmatch(found.value):
        return found
    module, dot, last = found.value.strip().rpartition(".")
    guess = f"{module}:{last}" if dot else f"{found.value.strip()}:name"
    example = guess if TARGET.fullmatch(guess) else "package.module:name"
    reading.report(
        "MEL111",
        f"`{found.value[:80]}` names no {'object' if name == 'framework' else 'callable'}",
        found.span,
        help=f'write `{name}: "{example}"`',
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
    system, given = fields.read("system", value), parameters(fields)
    return ModelKind(model, system, given) if model else None


def _agent(fields: Fields) -> PlayerKind | None:
    def persona(reading: Reading, node: Node, at: Span) -> Map | None:
        inner = reading.fields(node, "agent", AGENT, at=at, required=("role", "goal"))
        return None if inner is None else map_value(reading, node, "agent")

    agent = fields.read_at("agent", persona)
    model = fields.read("model", text)
    system, given = fields.read("system", value), parameters(fields)
    tools, most = fields.read_all("tools", texts), fields.read("max_turns", integer(1))
    if "model" not in fields:
        fields.reading.report(
            "MEL113",
            "an `agent` has no `model`",
            fields.span("agent"),
            help="add `model: ALIAS` beside it; `model: offline` needs no key",
        )
    if agent is None or model is None:
        return None
    return AgentKind(agent, model, system, tools, most, given)


def _http(fields: Fields) -> PlayerKind | None:
    return fields.read_at("http", lambda reading, node, at: _request(fields, reading, node, at))


def _request(fields: Fields, reading: Reading, node: Node, at: Span) -> PlayerKind | None:
    inner = reading.fields(node, "http", HTTP, at=at, required=("url",))
    parse = fields.read("parse", body_word)
    if inner is None:
        return None
    limit = inner.read("timeout", time_limit)
    inner.read("method", method_word)
    written = map_value(reading, node, "http")
    assert written is not None  # it is a map
    for name in ("headers", "query", "form"):
        data = inner.node.get(name)
        if data is not None and not isinstance(data, MapNode):
            reading.wrong_shape(data, name, "a map")
    _one_body(inner)
    url, headers = written.get("url"), written.get("headers")
    if url is None or not _is_url(reading, url):
        return None
    entries = tuple(entry for entry in written.entries if entry[0].text in REQUEST)
    return HttpKind(
        Map(entries, node.span), url, headers if isinstance(headers, Map) else None, limit, parse
    )


def _is_url(reading: Reading, url: Value) -> bool:
    """Text that begins as a URL, as far as it is not computed."""
    begin = url.parts[0] if isinstance(url, Text) else url
    if isinstance(begin, Literal):
        begin = begin.value if isinstance(begin.value, str) else ""
    if isinstance(begin, Expr) or (
        isinstance(begin, str) and (SCHEME.match(begin) or begin.startswith("${{"))
    ):
        return True  # what begins with `${{` and is no expression is reported already
    reading.report(
        "MEL111",
        "`url` must begin with `https://` or `http://`",
        url.span,
        help="write for example `url: https://api.example.com/search`",
    )
    return False


def _one_body(inner: Fields) -> None:
    present = [name for name in BODIES if name in inner]
    for name in present[1:]:
        inner.reading.report(
            "MEL117",
            f"a request has one body, and `{name}` is another one",
            inner.span(name),
            notes=(Note(f"`{present[0]}` is written", inner.span(present[0])),),
            help="keep one of them",
        )


def _mcp(fields: Fields) -> PlayerKind | None:
    def server(reading: Reading, node: Node, at: Span) -> Fields | None:
        return reading.fields(node, "mcp", MCP, at=at)

    inner = fields.read_at("mcp", server)
    tool = fields.read("tool", text)
    if "tool" not in fields:
        fields.reading.report(
            "MEL113", "an `mcp` player has no `tool`", fields.span("mcp"),
            help="add `tool: NAME` beside it; one player is one tool of the server",
        )  # fmt: skip
    if inner is None:
        return None
    chosen = inner.one_of(("command", "url"), what="way to the server", at=fields.span("mcp"))
    command, url = inner.read("command", _argv), inner.read("url", address)
    env, headers = inner.read("env", map_value), inner.read("headers", map_value)
    for name, partner in (("env", "command"), ("headers", "url")):
        if chosen is not None and name in inner and chosen != partner:
            inner.reading.report(
                "MEL112", f"`{name}` goes with `{partner}`", inner.span(name),
                help=f"remove it, or write `{partner}`",
            )  # fmt: skip
    if chosen is None or tool is None or (command is None and url is None):
        return None
    return McpKind(inner.span(chosen), tool, command, url, env, headers)


def _argv(reading: Reading, node: Node, name: str) -> tuple[Spanned[str], ...] | None:
    """An exact command: a list of texts, none of them computed, since it is allowed as a whole."""
    if not isinstance(node, ListNode) or not node.items:
        reading.wrong_shape(
            node, name, "a list: a program and its arguments", help=f"write `{name}: [program]`"
        )
        return None
    words = texts(reading, node, name)
    if words is None or len(words) < len(node.items):
        return None
    for word in words:
        if "${{" in word.value:
            reading.report(
                "MEL111", "the command of an MCP server is written, not computed", word.span,
                help="it is allowed as a whole; give the tool its data by `with`",
            )  # fmt: skip
            return None
    return words


def _call(fields: Fields) -> PlayerKind | None:
    file = fields.read("call", text)
    return CallKind(file) if file else None


def _plugin(fields: Fields) -> PlayerKind | None:
    plugin = fields.read("plugin", text)
    if plugin is not None and not PLUGIN.fullmatch(plugin.value):
        fields.reading.report(
            "MEL111", f"`{plugin.value[:60]}` is no name of a plugin", plugin.span,
            help="write the name of an entry point of the group `melody.players`",
        )  # fmt: skip
        return None
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
KINDS = tuple(READERS)
