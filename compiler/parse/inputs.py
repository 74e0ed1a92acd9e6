"""``inputs``: what a run is given."""

from __future__ import annotations

from compiler.parse.atoms import INPUT_NAME, named
from compiler.parse.reading import Reading
from compiler.parse.syntax import Input, Spanned
from compiler.parse.tree import MapNode, Node
from compiler.parse.types import field_node
from workflow_ir.types.model import Undefined


def inputs(reading: Reading, node: Node, name: str) -> tuple[Input, ...] | None:
    """Every input that can be read."""
    entries = reading.map_of(node, name, help="write `inputs: {name: string}`")
    if entries is None:
        return None
    found: list[Input] = []
    for key, value in entries.entries:
        label = named(reading, Spanned(key.text, key.span), INPUT_NAME, "an input")
        field, type_ = field_node(reading, value)
        description = _part(value, "description")
        default = _part(value, "default")
        found.append(
            Input(
                label,
                type_,
                required=field.required,
                default=None
                if isinstance(field.default, Undefined)
                else Spanned(field.default, (default or value).span),
                description=Spanned(field.description, (description or value).span)
                if field.description is not None
                else None,
            )
        )
    return tuple(found)


def _part(node: Node, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MapNode) else None
