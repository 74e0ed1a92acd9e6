"""Whether two files say the same: every value and its text, and the order of all chosen names.

The text of a number or boolean is compared too: where an expression or a version stands, it counts.
"""

from __future__ import annotations

from compiler.format.order import Shape, below, noun_of
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode


def same(one: Node, other: Node, shape: Shape | None) -> bool:
    """Whether two trees are equal but for the order of the language's own keys.

    Args:
        one: A tree.
        other: Another.
        shape: What both are.
    """
    if isinstance(one, MapNode) and isinstance(other, MapNode):
        noun = noun_of(shape, one.keys)
        if noun is None and one.keys != other.keys:
            return False
        values = {key.text: value for key, value in other.entries}
        return set(one.keys) == set(other.keys) and all(
            same(value, values[key.text], below(shape, noun, key.text))
            for key, value in one.entries
        )
    if isinstance(one, ListNode) and isinstance(other, ListNode):
        return len(one.items) == len(other.items) and all(
            same(item, opposite, below(shape, None, number))
            for number, (item, opposite) in enumerate(zip(one.items, other.items, strict=True))
        )
    if isinstance(one, ScalarNode) and isinstance(other, ScalarNode):
        alike = type(one.value) is type(other.value) and one.value == other.value
        return alike and (one.value is None or one.text == other.text)
    return False
