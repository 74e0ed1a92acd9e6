"""RFC 7386: a tree changed by a patch; every value keeps the place it comes from."""

from __future__ import annotations

from compiler.parse.tree import KeyNode, MapNode, Node, ScalarNode


def merge_patch(target: Node | None, patch: Node) -> Node:
    """The target with every value of the patch; null takes a value away.

    Maps are merged key by key. Anything else takes the place of what was there, with its key.

    Args:
        target: What is changed; None: nothing is there yet.
        patch: The changes.
    """
    if not isinstance(patch, MapNode):
        return patch
    merged = {key.text: (key, value) for key, value in entries_of(target)}
    for key, value in patch.entries:
        if is_null(value):
            merged.pop(key.text, None)
            continue
        before = merged.get(key.text)
        inner = None if before is None else before[1]
        both = isinstance(inner, MapNode) and isinstance(value, MapNode)
        kept = before[0] if before is not None and both else key
        merged[key.text] = (kept, merge_patch(inner, value))
    span = target.span if isinstance(target, MapNode) else patch.span
    return MapNode(tuple(merged.values()), span)


def entries_of(node: Node | None) -> tuple[tuple[KeyNode, Node], ...]:
    """The entries of a map; none of anything else."""
    return node.entries if isinstance(node, MapNode) else ()


def is_null(node: Node) -> bool:
    """Whether a node is null, which in a patch means: away with it."""
    return isinstance(node, ScalarNode) and node.value is None
