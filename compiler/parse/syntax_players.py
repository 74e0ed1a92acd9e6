"""Models and players as written (spec 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from compiler.parse.syntax_base import Spanned, TypeNode, Unreadable
from compiler.parse.syntax_values import Map, Value
from workflow_ir.policy import Importance
from workflow_ir.span import Span

ParseAs = OneOf["text", "json", "lines", "exit"]
"""What the output of a command becomes."""

BodyAs = OneOf["text", "json", "lines"]
"""What the body of an answer becomes."""

Effects = OneOf["none", "idempotent", "once"]
"""What a call does to the world."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one attempt of a player costs."""

    span: Span
    usd: Spanned[float] | None = None
    tokens: Spanned[int] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one player across all runs of the process."""

    span: Span
    concurrency: Spanned[int] | None = None
    per_minute: Spanned[int] | None = None
    memory: Spanned[int] | None = None
    """Bytes."""
    cpu: Spanned[float] | None = None
    """Share of one processor."""
    output: Spanned[int] | None = None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class PythonKind:
    """``python: "module:callable"``."""

    target: Spanned[str]


@dataclass(frozen=True, slots=True)
class CommandKind:
    """``command: [argv]``; a list of argvs runs in order."""

    commands: tuple[tuple[Value, ...], ...]
    stdin: Value | None = None
    parse: Spanned[ParseAs] | None = None
    env: Map | None = None


@dataclass(frozen=True, slots=True)
class HttpKind:
    """``http: {method, url, headers, query, json, …}``."""

    request: Map
    """Without its ``timeout``."""
    url: Value
    headers: Map | None = None
    timeout: Spanned[float] | None = None
    parse: Spanned[BodyAs] | None = None


@dataclass(frozen=True, slots=True)
class ModelKind:
    """``model: ALIAS``: one chat completion."""

    model: Spanned[str]
    system: Value | None = None
    parameters: Map | None = None
    """Sampling parameters over those of the alias."""


@dataclass(frozen=True, slots=True)
class AgentKind:
    """``agent: {role, goal, backstory}`` with ``model``, ``tools``, ``max_turns``."""

    agent: Map
    model: Spanned[str]
    system: Value | None = None
    tools: tuple[Spanned[str], ...] = ()
    max_turns: Spanned[int] | None = None
    parameters: Map | None = None


@dataclass(frozen=True, slots=True)
class McpKind:
    """``mcp: {command / url}`` with ``tool``."""

    server: Span
    """The place of what says where it is."""
    tool: Spanned[str]
    command: tuple[Spanned[str], ...] | None = None
    url: Spanned[str] | None = None
    """Exactly one of ``command`` and ``url``."""
    env: Map | None = None
    headers: Map | None = None


@dataclass(frozen=True, slots=True)
class CallKind:
    """``call: FILE``: a sub-melody as a player."""

    file: Spanned[str]


@dataclass(frozen=True, slots=True)
class PluginKind:
    """``plugin: NAME`` of the entry point group ``melody.players``."""

    plugin: Spanned[str]


@dataclass(frozen=True, slots=True)
class FrameworkKind:
    """``framework: "module:object"``: something that exists in a framework already."""

    target: Spanned[str]


PlayerKind = (
    PythonKind
    | CommandKind
    | HttpKind
    | ModelKind
    | AgentKind
    | McpKind
    | CallKind
    | PluginKind
    | FrameworkKind
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Player:
    """One entry of ``players``: a kind and what every kind may say of itself (spec 6)."""

    name: Spanned[str]
    span: Span
    kind: PlayerKind
    kind_span: Span
    """The kind key."""
    description: Spanned[str] | None = None
    input: TypeNode | None = None
    output: TypeNode | None = None
    provides: tuple[Spanned[str], ...] = ()
    fallback: tuple[Spanned[str], ...] = ()
    importance: Spanned[Importance] | None = None
    effects: Spanned[Effects] | None = None
    isolation: Spanned[str] | None = None
    """``inline``, ``thread``, ``worker`` or ``process``."""
    cost: Cost | None = None
    limits: Limits | None = None
    timeout: Spanned[float] | None = None
    grant_attempts: Spanned[int] | None = None
    refresh: Spanned[str] | None = None
    enabled: Spanned[bool] | None = None
    requires: tuple[Spanned[str], ...] = ()
    preload: Spanned[bool] | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of ``models``: an alias of ``provider/name``."""

    name: Spanned[str]
    span: Span
    model: Spanned[str]
    """``provider/name``, or ``offline``; empty where it could not be read."""
    parameters: Map | None = None
    """Sampling parameters; constants only."""
    base_url: Spanned[str] | None = None
    description: Spanned[str] | None = None
