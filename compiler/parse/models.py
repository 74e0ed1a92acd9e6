"""``models``: aliases of ``provider/name``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from compiler.parse.atoms import PLAYER_NAME, integer, named, number, text, texts
from compiler.parse.reading import Fields, Reading
from compiler.parse.sampling import SAMPLING
from compiler.parse.syntax import Model, Spanned
from compiler.parse.syntax_values import Literal, Map
from compiler.parse.tree import KeyNode, ListNode, Node, ScalarNode

MODEL = re.compile(r"[a-z][a-z0-9_]*/\S+|langchain:[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
"""``provider/name``, or a chat model of LangChain as ``langchain:module:object``."""
KEYS = ("model", *SAMPLING, "base_url", "description")
OFFLINE = ("offline", "offline/basic")
"""The built-in alias and the model it stands for (spec 8)."""
URL = re.compile(r"https?://[^\s/?#$]+[^\s?#$]*")


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
    target = fields.read("model", _target)
    return Model(
        alias,
        span,
        target or unread,
        parameters(fields),
        base_url=fields.read("base_url", address),
        description=fields.read("description", text),
    )


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
    return found


def address(reading: Reading, node: Node, name: str) -> Spanned[str] | None:
    """The URL of a server, written and not computed."""
    found = text(reading, node, name)
    if found is None or URL.fullmatch(found.value):
        return found
    reading.report(
        "MEL111",
        f"`{name}` must be the URL of a server",
        found.span,
        help=f"write for example `{name}: http://localhost:11434/v1`",
    )
    return None


def parameters(fields: Fields, keys: tuple[str, ...] = SAMPLING) -> Map | None:
    """The sampling parameters among the keys of a map, as constants; None without any."""
    entries: list[tuple[KeyNode, Literal]] = []
    for key, node in fields.node.entries:
        if key.text in keys and PARAMETERS[key.text](fields.reading, node, key.text) is not None:
            entries.append((key, Literal(node.plain(), node.span)))
    if not entries:
        return None
    return Map(tuple(entries), entries[0][0].span.to(entries[-1][1].span))


def _number_up_to(most: float) -> Callable[[Reading, Node, str], object]:
    least_read = number(0)

    def read(reading: Reading, node: Node, name: str) -> object:
        found = least_read(reading, node, name)
        if found is not None and found.value > most:
            reading.wrong_shape(node, name, f"a number from 0 to {most:g}")
            return None
        return found

    return read


def _any_number(reading: Reading, node: Node, name: str) -> object:
    if isinstance(node, ScalarNode) and type(node.value) in (int, float):
        return node
    reading.wrong_shape(node, name, "a number")
    return None


def _any_integer(reading: Reading, node: Node, name: str) -> object:
    if isinstance(node, ScalarNode) and type(node.value) is int:
        return node
    reading.wrong_shape(node, name, "a whole number")
    return None


def _stop(reading: Reading, node: Node, name: str) -> object:
    return texts(reading, node, name) if isinstance(node, ListNode) else text(reading, node, name)


PARAMETERS: Mapping[str, Callable[[Reading, Node, str], object]] = {
    "model": text,
    "temperature": number(0),
    "top_p": _number_up_to(1),
    "max_tokens": integer(1),
    "seed": _any_integer,
    "stop": _stop,
    "presence_penalty": _any_number,
    "frequency_penalty": _any_number,
    "reasoning_effort": text,
}
"""One reader a parameter; ``model`` is one in ``vary`` alone."""
