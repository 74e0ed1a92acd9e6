"""Data to YAML in canonical layout; reading the text gives the data again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.format.order import BODIES, MELODY, Shape, below, in_order, noun_of
from compiler.format.scalar_text import Verbatim, block_scalar, scalar
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from workflow_ir.types.model import JsonValue

WIDTH = 100
"""A map or list that fits into so many columns stands on one line."""
LONGEST_KEY = 1000
"""YAML takes a longer key only after a ``?``."""
_SECTIONS = frozenset(
    {"inputs", "models", "players", "policy", "steps", "outputs", "allow", "profiles", "windows"}
)
_SPREAD = frozenset({"melody", "project", "step", "scope", "arm", "lane", "loop"})
"""Nouns with a line for each key."""


def to_yaml(data: JsonValue, shape: Shape | None = MELODY) -> str:
    """The text of a file.

    Args:
        data: A document, its keys in any order.
        shape: What it is; None: data whose keys keep their order.

    >>> print(to_yaml({"steps": {"a": {"set": "012"}}, "name": "n", "melody": "v1"}), end="")
    melody: v1
    name: n
    <BLANKLINE>
    steps:
      a:
        set: "012"
    """
    ordered = in_order(data, shape)
    if not isinstance(ordered, dict) or not ordered:
        return _flow(ordered) + "\n"
    return "\n".join(_map(ordered, shape, 0)) + "\n"


def written(tree: Node) -> JsonValue:
    """The data of a tree whose numbers and booleans `to_yaml` writes as they are written there."""
    match tree:
        case MapNode():
            return {key.text: written(value) for key, value in tree.entries}
        case ListNode():
            return [written(item) for item in tree.items]
        case ScalarNode(value=bool() | int() | float()):
            return Verbatim(tree.text)
    return tree.value


def _map(data: Mapping[str, JsonValue], shape: Shape | None, indent: int) -> Iterator[str]:
    noun = noun_of(shape, data)
    for number, (key, item) in enumerate(data.items()):
        if indent == 0 and number and key in _SECTIONS:
            yield ""
        name = scalar(key, in_flow=True)
        inner = below(shape, noun, key)
        if len(name) > LONGEST_KEY:
            yield f"{' ' * indent}? {name}"
            yield from _value(f"{' ' * indent}:", item, inner, indent)
        else:
            yield from _value(f"{' ' * indent}{name}:", item, inner, indent)


def _value(head: str, item: JsonValue, shape: Shape | None, indent: int) -> Iterator[str]:
    """The lines of one entry, beginning with its key or dash."""
    if isinstance(item, str) and (lines := block_scalar(item, indent + 2)):
        yield f"{head} {lines[0]}"
        yield from lines[1:]
        return
    if not isinstance(item, dict | list) or not item or _fits(head, item, shape):
        yield f"{head} {_flow(item, in_flow=False)}"
        return
    if isinstance(item, dict):
        inner = list(_map(item, shape, indent + 2))
    else:
        inner = list(_list(item, shape, indent + 2))
    if head.endswith("-"):  # the first line of an item's value stands beside its dash
        yield f"{head} {inner[0].lstrip(' ')}"
        yield from inner[1:]
        return
    yield head
    yield from inner


def _list(items: list[JsonValue], shape: Shape | None, indent: int) -> Iterator[str]:
    for number, item in enumerate(items):
        yield from _value(f"{' ' * indent}-", item, below(shape, None, number), indent)


def _fits(head: str, item: JsonValue, shape: Shape | None) -> bool:
    if shape is not None:
        noun = "scope" if isinstance(item, dict) and set(item) & set(BODIES) else shape.noun
        if shape.nesting in ("named", "listed") or noun in _SPREAD:
            return False
    if head.endswith(":") and not head.startswith(" "):  # a section of the file
        return False
    return _is_short(item) and len(head) + 1 + len(_flow(item)) <= WIDTH


def _is_short(item: JsonValue) -> bool:
    """No text of several lines, no endless name: nothing that a flow collection would hide."""
    if isinstance(item, dict):
        return all(len(key) < WIDTH and _is_short(inner) for key, inner in item.items())
    if isinstance(item, list):
        return all(map(_is_short, item))
    return not isinstance(item, str) or (len(item) <= WIDTH and "\n" not in item)


def _flow(item: JsonValue, *, in_flow: bool = True) -> str:
    if isinstance(item, dict):
        entries = (f"{scalar(key, in_flow=True)}: {_flow(inner)}" for key, inner in item.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(map(_flow, item)) + "]"
    return scalar(item, in_flow=in_flow)
