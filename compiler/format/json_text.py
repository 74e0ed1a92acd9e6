"""A read file as JSON: its keys in canonical order, its numbers as they were written."""

from __future__ import annotations

import json
import re

from compiler.format.order import Shape, below, noun_of, sorted_keys
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode

WIDTH = 100
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def to_json(tree: Node, shape: Shape) -> str:
    """Indented JSON; maps and lists of scalars that fit stand on one line."""
    return _node(tree, shape, 0, 0) + "\n"


def _node(node: Node, shape: Shape | None, indent: int, before: int) -> str:
    """A value.

    Args:
        node: What.
        shape: What it is to the language.
        indent: Of the line it begins on.
        before: Characters that stand before it on that line, and behind it.
    """
    if isinstance(node, ScalarNode):
        return _scalar(node)
    pad, end = " " * (indent + 2), " " * indent
    if isinstance(node, MapNode):
        noun = noun_of(shape, node.keys)
        values = {key.text: value for key, value in node.entries}
        keys = list(values) if noun is None else sorted_keys(noun, values)
        heads = [json.dumps(key, ensure_ascii=False) + ": " for key in keys]
        parts = [
            head + _node(values[key], below(shape, noun, key), indent + 2, len(head) + 1)
            for head, key in zip(heads, keys, strict=True)
        ]
        brackets = "{}"
    else:
        assert isinstance(node, ListNode)
        parts = [
            _node(item, below(shape, None, number), indent + 2, 1)
            for number, item in enumerate(node.items)
        ]
        brackets = "[]"
    line = brackets[0] + ", ".join(parts) + brackets[1]
    has_room = indent + before + len(line) <= WIDTH and "\n" not in line
    if not parts or (indent and has_room):
        return line
    return brackets[0] + "\n" + ",\n".join(pad + part for part in parts) + f"\n{end}{brackets[1]}"


def _scalar(node: ScalarNode) -> str:
    value = node.value
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return node.text if _JSON_NUMBER.fullmatch(node.text) else json.dumps(value)
