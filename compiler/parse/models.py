"""``models``: aliases of ``provider/name``."""

from __future__ import annotations

import re

from compiler.parse.atoms import PLAYER_NAME, named, text
from compiler.parse.reading import Fields, Reading
from compiler.parse.sampling import SAMPLING
from compiler.parse.syntax import Model, Spanned
from compiler.parse.syntax_values import Map
from compiler.parse.tree import KeyNode, MapNode, Node, ScalarNode
from compiler.parse.values import value
from workflow_ir.span import Span

MODEL = re.compile(r"[a-z][a-z0-9_]*/\S+")
KEYS = ("model", *SAMPLING, "base_url", "description")
OFFLINE = ("offline", "offline/basic")
"""The built-in alias and the model it stands for (spec 8)."""


def models(reading: Reading, node: Node, name: str) -> tuple[Model, ...] | None:
    """Every alias that can be read."""
    entries = reading.map_of(node, name, help="write `models: {smart: provider/name}`")
    if entries is None:
        return None
    return tuple(_model(reading, key, item) for key, item in entries.entries)


def _model(reading: Reading, key: KeyNode, node: Node) -> Model:
    alias = named(reading, Spanned(key.text, key.span), PLAYER_NAME, "a model")
    span, unread = key.span.to(node.span), Spanned("", node.span)
    if isinstance(node, ScalarNode):
        return Model(alias, span, _target(reading, node, key.text) or unread)
    fields = reading.fields(node, "model", KEYS, at=key.span, name=key.text, required=("model",))
    if fields is None:
        return Model(alias, span, unread)
    target = fields.read("model", _target) or unread
    return Model(alias, span, target, sampling(fields, ("base_url",)))


def _target(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    found = text(reading, node, name)
    if found is None:
        return None
    if found.value not in OFFLINE and not MODEL.fullmatch(found.value):
        reading.report(
            "MEL111",
            f"`{found.value[:60]}` is no model",
            found.span,
            help="write `provider/name`, for example `offline/basic`",
        )
        return None
    if found.value not in OFFLINE and not found.value.startswith("offline/"):
        provider = found.value.split("/", 1)[0]
        reading.not_yet("model.provider", f"the provider `{provider}`", found.span)
    return found


def sampling(fields: Fields, more: tuple[str, ...] = ()) -> Map | None:
    """The sampling parameters among the keys of a map; None without any."""
    assert isinstance(fields.node, MapNode)
    entries = tuple(
        (key, value(fields.reading, item, key.text))
        for key, item in fields.node.entries
        if key.text in SAMPLING or key.text in more
    )
    if not entries:
        return None
    first: Span = entries[0][0].span
    return Map(entries, first.to(entries[-1][1].span))
