"""One spelling for each meaning: what the IR holds, so that a layout never changes its hash."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from typing import Final

from workflow_ir.expressions.limits import MOST_SOURCE_BYTES
from workflow_ir.expressions.parse import Expression
from workflow_ir.expressions.references import member_of, spine_of

_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _MEMBER = range(9)
"""How tightly a form holds together; an operand that holds less tightly stands in brackets."""

_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, int]]] = {
    ast.Add: ("+", _SUM),
    ast.Sub: ("-", _SUM),
    ast.Mult: ("*", _PRODUCT),
    ast.Div: ("/", _PRODUCT),
    ast.FloorDiv: ("//", _PRODUCT),
    ast.Mod: ("%", _PRODUCT),
}
_COMPARISON: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_NAME: Final = re.compile(r"[^\W\d]\w*")
_UNSEEN: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""What JSON leaves as it is although nobody sees it. A list of ours: Unicode's own grows."""


def canonical(expression: Expression) -> str:
    """The expression in its one spelling; reading that gives an expression of equal meaning.

    Single blanks, the fewest brackets, texts in double quotes with JSON's escapes, numbers as
    Python shows them, ``true false null``, ``a.b`` wherever ``"b"`` is a name, and no brackets in
    a row of ``and`` or of ``or``. The order of operands is the author's.

    The one exception: a text that would be longer than an expression may be (4 KiB) is given as it
    was written.

    >>> from workflow_ir.expressions.parse import parse
    >>> canonical(parse("( a['b']  +1 )*-2 if (not True) else len( 'x' )"))
    '(a.b + 1) * -2 if not true else len("x")'
    """
    text = _text(expression.tree, _CHOICE)
    return text if len(text.encode()) <= MOST_SOURCE_BYTES else expression.source


def _text(node: ast.expr, least: int) -> str:
    """The text of a part, in brackets if it holds less tightly than its place asks for."""
    text, level = _spelled(node)
    return text if level >= least else f"({text})"


def _listed(nodes: Iterable[ast.expr]) -> str:
    return ", ".join(_text(node, _CHOICE) for node in nodes)


def _spelled(node: ast.expr) -> tuple[str, int]:
    """The text of a part, and how tightly it holds together."""
    match node:
        case ast.Constant(value=value):
            return _constant(value)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return _path(node), _MEMBER
        case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as only]):
            return f"{name}({_loops(only)})", _MEMBER
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return f"{name}({_listed(arguments)})", _MEMBER
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"not {_text(operand, _NOT)}", _NOT
        case ast.UnaryOp(op=operator, operand=operand):
            sign = "-" if isinstance(operator, ast.USub) else "+"
            return f"{sign}{_text(operand, _SIGN)}", _SIGN
        case ast.BinOp(left=left, op=operator, right=right):
            symbol, level = _ARITHMETIC[type(operator)]
            return f"{_text(left, level)} {symbol} {_text(right, level + 1)}", level
        case ast.Compare(left=left, ops=operators, comparators=others):
            parts = [
                f" {_COMPARISON[type(operator)]} {_text(other, _COMPARE + 1)}"
                for operator, other in zip(operators, others, strict=True)
            ]
            return _text(left, _COMPARE + 1) + "".join(parts), _COMPARE
        case ast.BoolOp(op=operator):
            level, word = (_AND, " and ") if isinstance(operator, ast.And) else (_OR, " or ")
            return word.join(_text(part, level + 1) for part in _row(node, type(operator))), level
        case ast.IfExp(test=test, body=body, orelse=other):
            chosen = f"{_text(body, _OR)} if {_text(test, _OR)}"
            return f"{chosen} else {_text(other, _CHOICE)}", _CHOICE
        case ast.List(elts=items):
            return f"[{_listed(items)}]", _MEMBER
        case ast.Dict(keys=keys, values=values):
            return f"{{{_entries(keys, values)}}}", _MEMBER
        case ast.ListComp():
            return f"[{_loops(node)}]", _MEMBER
        case ast.GeneratorExp():
            return f"({_loops(node)})", _MEMBER
        case _:
            message = f"reading refuses this form: {type(node).__name__}"
            raise AssertionError(message)


def _constant(value: object) -> tuple[str, int]:
    if isinstance(value, str):
        return _quoted(value), _MEMBER
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value], _MEMBER
    text = repr(value)
    return text, _SIGN if text.startswith("-") else _MEMBER


def _quoted(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _row(node: ast.expr, operator: type[ast.boolop]) -> list[ast.expr]:
    """The operands of a row of ``and`` or of ``or``, whatever brackets stood round its parts."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, operator):
        return [part for value in node.values for part in _row(value, operator)]
    return [node]


def _entries(keys: list[ast.expr | None], values: list[ast.expr]) -> str:
    pairs = zip(keys, values, strict=True)
    return ", ".join(
        f"{_text(key, _CHOICE)}: {_text(value, _CHOICE)}" for key, value in pairs if key is not None
    )


def _path(node: ast.expr) -> str:
    base, links = spine_of(node)
    if isinstance(base, ast.Name):
        text = base.id
    else:
        text = _text(base, _MEMBER)
        if isinstance(base, ast.Constant) and text[0].isdigit():
            text = f"({text})"  # `1.x` would be read as a number
    for link in links:
        key = member_of(link)
        if key is not None and _NAME.fullmatch(key):
            text += f".{key}"
        elif isinstance(link, ast.Subscript):
            text += f"[{_index(link.slice)}]"
    return text


def _index(node: ast.expr) -> str:
    if not isinstance(node, ast.Slice):
        return _text(node, _CHOICE)
    low, high = (
        "" if bound is None else _text(bound, _CHOICE) for bound in (node.lower, node.upper)
    )
    return f"{low}:{high}"


def _loops(node: ast.ListComp | ast.GeneratorExp) -> str:
    parts = [_text(node.elt, _CHOICE)]
    for loop in node.generators:
        parts.append(f"for {_targets(loop.target)} in {_text(loop.iter, _OR)}")
        parts += [f"if {_text(condition, _OR)}" for condition in loop.ifs]
    return " ".join(parts)


def _targets(node: ast.expr, *, inside: bool = False) -> str:
    """The names of a loop: ``a, (b, c)``; one name that is unpacked stands in ``[a]``."""
    if isinstance(node, ast.Name):
        return node.id
    assert isinstance(node, ast.Tuple | ast.List)
    listed = ", ".join(_targets(part, inside=True) for part in node.elts)
    if len(node.elts) == 1:
        return f"[{listed}]"
    return f"({listed})" if inside else listed
