"""Types as written to ``workflow_ir.types``, with the place of a mistake inside the shorthand."""

from __future__ import annotations

from compiler.parse.reading import Reading
from compiler.parse.syntax import TypeNode
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from compiler.parse.wording import as_fact, as_help, in_backticks
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.span import Span
from workflow_ir.types import Field, Json, TypeSyntaxError, parse_field, parse_type


def type_node(reading: Reading, node: Node, name: str) -> TypeNode:
    """A type; where it is none, MEL119 at the part that is wrong, and ``json``."""
    try:
        return TypeNode(parse_type(node.plain()), node.span, node.plain())
    except TypeSyntaxError as error:
        _report(reading, node, error)
        return TypeNode(Json(), node.span, node.plain())


def field_node(reading: Reading, node: Node) -> tuple[Field, TypeNode]:
    """An input: its type with default and description; MEL119 and ``json`` where it is none."""
    try:
        field = parse_field(node.plain())
    except TypeSyntaxError as error:
        _report(reading, node, error)
        field = Field(Json())
    return field, TypeNode(field.type, node.span, node.plain())


def _report(reading: Reading, node: Node, error: TypeSyntaxError) -> None:
    span = _place(node, error.path, error.offset, error.end)
    fix = None
    if error.suggestion is not None:
        fix = Fix(f"write `{error.suggestion}`", (Edit(span, error.suggestion),))
    reading.report(
        "MEL119",
        in_backticks(as_fact(error.message)),
        span,
        label=f"did you mean `{error.suggestion}`?" if error.suggestion else None,
        help=as_help(error.help, error.suggestion),
        fix=fix,
    )


def _place(node: Node, path: tuple[str | int, ...], offset: int | None, end: int | None) -> Span:
    """The span of a part of a shorthand: down the path, then into the text."""
    for step in path:
        if isinstance(node, MapNode) and isinstance(step, str):
            inner = node.get(step)
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        else:
            inner = None
        if inner is None:
            return node.span
        node = inner
    if offset is not None and isinstance(node, ScalarNode):
        return node.at(offset, max(offset + 1, end or 0))
    return node.span
