"""What to write where Python asks whether a reference is true: ``if``, ``and``, ``0 < x < 9``."""

from __future__ import annotations

import ast
from types import FrameType

from melody.builder.python_source import position, python_source

_PLAIN = (
    "for conditions write `a & b`, `a | b` and `~a`, each comparison in brackets; for a choice "
    "between steps `when=…` or `m.branch()`, between values `fn.if_(condition, a, b)`"
)
_SIGNS = {ast.And: "&", ast.Or: "|"}
_ASKING = ast.BoolOp | ast.UnaryOp | ast.Compare | ast.IfExp | ast.If | ast.While | ast.Assert


def advice(expression: str, frame: FrameType) -> str:
    """The message of the error, as exact as the source of the caller allows."""
    asking = _asking(frame)
    instead = None if asking is None else _instead(asking)
    return f"`{expression}` is neither true nor false before the run: {instead or _PLAIN}"


def _asking(frame: FrameType) -> _ASKING | None:
    """The innermost place of the source that asks."""
    source, place = python_source(frame.f_code.co_filename), position(frame.f_code, frame.f_lasti)
    if source is None or source.tree is None or place is None:
        return None
    at = place[:2]
    found: _ASKING | None = None
    for node in ast.walk(source.tree):
        if not isinstance(node, _ASKING) or node.end_lineno is None:
            continue
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
            continue
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and not _is_in(node):
            continue
        end = (node.end_lineno, node.end_col_offset or 0)
        if (node.lineno, node.col_offset) <= at < end:
            found = node  # walk goes from the outside in
    return found


def _instead(asking: _ASKING) -> str:
    match asking:
        case ast.BoolOp(op=op, values=values):
            return f"write `{f' {_SIGNS[type(op)]} '.join(map(_bracketed, values))}`"
        case ast.UnaryOp(operand=operand):
            return f"write `~{_bracketed(operand)}`"
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            if _is_in(asking):
                return f"write `fn.contains({_text(comparators[0])}, {_text(left)})`"
            terms = [left, *comparators]
            links = [
                f"({ast.unparse(ast.Compare(terms[k], [op], [terms[k + 1]]))})"
                for k, op in enumerate(ops)
            ]
            return f"write `{' & '.join(links)}`"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return f"write `fn.if_({_text(test)}, {_text(body)}, {_text(orelse)})`"
        case ast.If(test=test):
            return f"give a step `when={_text(test)}`, or open `m.branch()` with an arm for it"
        case _:
            return _PLAIN


def _is_in(node: ast.Compare) -> bool:
    return len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn)


def _text(node: ast.expr) -> str:
    return ast.unparse(node)


def _bracketed(node: ast.expr) -> str:
    alone = isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
    return _text(node) if alone else f"({_text(node)})"
