"""``players``: who can perform; exactly one kind key each (spec 6)."""

from __future__ import annotations

from collections.abc import Callable

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
from compiler.parse.player_kinds import BESIDE, KINDS, READERS
from compiler.parse.quantities import share, size, time_limit
from compiler.parse.reading import Reading
from compiler.parse.syntax import Cost, Effects, Limits, Player, Spanned, Unreadable
from compiler.parse.tree import KeyNode, Node
from compiler.parse.types import type_node
from workflow_ir.policy import Importance
from workflow_ir.span import Span

COMMON = (
    "description", "input", "output", "provides", "fallback", "importance", "effects",
    "isolation", "cost", "limits", "timeout", "grant", "refresh", "enabled", "requires", "preload",
)  # fmt: skip
effects_word: Callable[[Reading, Node, str], Spanned[Effects] | None] = word_of(
    "none", "idempotent", "once"
)


def players(reading: Reading, node: Node, name: str) -> tuple[Player, ...] | None:
    """Every player that can be read."""
    entries = reading.map_of(
        node, name, help='write `players: {NAME: {python: "module:function"}}`'
    )
    if entries is None:
        return None
    return tuple(_player(reading, key, item) for key, item in entries.entries)


def _player(reading: Reading, key: KeyNode, node: Node) -> Player:
    name = named(reading, Spanned(key.text, key.span), PLAYER_NAME, "a player")
    span = key.span.to(node.span)
    unread = Player(name, span, Unreadable(node.span), key.span)
    mapping = reading.map_of(node, key.text, help='write `{python: "module:function"}`')
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
        refresh=fields.read("refresh", text),
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
