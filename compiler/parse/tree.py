"""The spanned tree: JSON data in which every key and value knows its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from compiler.parse.source_map import place_in_scalar
from compiler.parse.source_text import SourceText
from workflow_ir.span import Span

Style = Literal["plain", "single", "double", "literal", "folded"]
"""How a scalar is written."""

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """Text, number, boolean or null."""

    value: Scalar
    """The value by the typing of spec 8."""
    text: str
    """The characters of the scalar after YAML's escapes and folding."""
    style: Style
    span: Span
    source: SourceText = field(repr=False, compare=False)

    def at(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]``.

        Exact for plain scalars of one line, quoted scalars and literal blocks; where lines are
        folded, exact as long as the source can be followed, else the whole scalar.
        """
        return place_in_scalar(self.source, self.span, self.style, self.text, start, end)

    def plain(self) -> JsonValue:
        """The value without places."""
        return self.value


@dataclass(frozen=True, slots=True)
class KeyNode:
    """A key of a map; always text."""

    text: str
    span: Span

    def plain(self) -> str:
        """The key without its place."""
        return self.text


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    span: Span

    def plain(self) -> JsonValue:
        """The value without places."""
        return [item.plain() for item in self.items]

    def __iter__(self) -> Iterator[Node]:
        """The items in order."""
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map with unique keys, in written order."""

    entries: tuple[tuple[KeyNode, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> KeyNode | None:
        """The key as written, or None."""
        return next((name for name, _ in self.entries if name.text == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in written order."""
        return tuple(name.text for name, _ in self.entries)

    def plain(self) -> JsonValue:
        """The value without places."""
        return {name.text: value.plain() for name, value in self.entries}


Node = ScalarNode | ListNode | MapNode
"""Any place of the tree."""


def describe_node(node: Node) -> str:
    """What a value is, for messages: ``a list``, ``the number 3``.

    Long texts are not repeated.
    """
    match node:
        case MapNode():
            return "a map"
        case ListNode():
            return "a list"
        case ScalarNode(value=None):
            return "empty" if not node.text else "null"
        case ScalarNode(value=bool()):
            return f"the boolean {node.text}"
        case ScalarNode(value=int() | float()):
            return f"the number {node.text}"
        case ScalarNode():
            return f"the text {node.text!r}" if len(node.text) <= 40 else "text"
