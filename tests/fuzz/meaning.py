"""What an expression says, without places and spelling: written apart from the product."""

from __future__ import annotations

import ast
from typing import Any


def meaning(node: ast.AST | None) -> Any:
    """Nested tuples that are equal exactly if two trees say the same.

    A member read by name or by a text in brackets is one thing; so are the ways to write the names
    of a loop, and rows of ``and`` or ``or`` however they are bracketed.
    """
    match node:
        case ast.Attribute(value=whole, attr=key):
            return ("member", meaning(whole), key)
        case ast.Subscript(value=whole, slice=ast.Constant(value=str(key))):
            return ("member", meaning(whole), key)
        case ast.Constant(value=value):
            return ("constant", type(value).__name__, repr(value))
        case ast.Name(id=name):
            return ("name", name)
        case ast.BoolOp(op=operator):
            return (type(operator).__name__, *_row(node, type(operator)))
        case ast.comprehension(target=target, iter=items, ifs=conditions):
            return ("for", _names(target), meaning(items), *map(meaning, conditions))
        case ast.AST():
            parts = [getattr(node, field) for field in node._fields if field not in {"ctx", "kind"}]
            return (
                type(node).__name__,
                *(tuple(map(meaning, part)) if isinstance(part, list) else meaning(part)
                  for part in parts),
            )  # fmt: skip
        case _:
            return node


def _row(node: ast.expr, operator: type[ast.boolop]) -> list[Any]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, operator):
        return [part for value in node.values for part in _row(value, operator)]
    return [meaning(node)]


def _names(target: ast.expr) -> Any:
    if isinstance(target, ast.Name):
        return target.id
    assert isinstance(target, ast.Tuple | ast.List)
    return tuple(_names(part) for part in target.elts)
