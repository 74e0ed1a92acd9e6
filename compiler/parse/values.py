"""Values and conditions: data with ``${{ expr }}`` in it, and bare expressions."""

from __future__ import annotations

import re

from compiler.parse.reading import MAX_EXPRESSIONS, Reading
from compiler.parse.syntax_values import Expr, List, Literal, Map, Text, Value
from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from compiler.parse.wording import as_fact, as_help, in_backticks
from workflow_ir.diagnostics import Edit, Fix
from workflow_ir.expressions import (
    Expression,
    ExpressionError,
    Slot,
    Template,
    TemplateError,
    parse,
    parse_template,
)  # fmt: skip

WRAPPED = re.compile(r"\s*\$\{\{(.*)\}\}\s*", re.DOTALL)


def value(reading: Reading, node: Node, name: str) -> Value:
    """Any value; a text that cannot be read is reported and taken as it stands."""
    match node:
        case MapNode():
            entries = ((key, value(reading, item, key.text)) for key, item in node.entries)
            return Map(tuple(entries), node.span)
        case ListNode():
            items = (value(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items))
            return List(tuple(items), node.span)
        case ScalarNode(value=str()):
            return text_value(reading, node)
        case ScalarNode():
            return Literal(node.value, node.span)


def map_value(reading: Reading, node: Node, name: str) -> Map | None:
    """A map of values."""
    if isinstance(node, MapNode):
        found = value(reading, node, name)
        assert isinstance(found, Map)
        return found
    reading.wrong_shape(node, name, "a map")
    return None


def text_value(reading: Reading, node: ScalarNode) -> Value:
    """A text: constant, exactly one expression, or both mixed."""
    template = template_of(reading, node)
    if template is None:
        return Literal(node.text, node.span)
    parts = tuple(part if isinstance(part, str) else slot(node, part) for part in template.parts)
    if not parts:
        return Literal("", node.span)
    if len(parts) > 1:
        return Text(parts, node.span)
    return Literal(parts[0], node.span) if isinstance(parts[0], str) else parts[0]


def template_of(reading: Reading, node: ScalarNode) -> Template | None:
    """The text with its expressions; None where it has none, or where one cannot be read."""
    if "${{" not in node.text:
        return None
    reading.expressions += node.text.count("${{")
    if reading.expressions > MAX_EXPRESSIONS:
        reading.report(
            "MEL106",
            f"this file has more than {MAX_EXPRESSIONS} expressions",
            node.span.start,
            help="split it into several Melodies",
        )
        return None
    try:
        return parse_template(node.text)
    except ExpressionError as error:
        _report(reading, node, error)
        return None


def slot(node: ScalarNode, found: Slot) -> Expr:
    """An expression of a template, with its place."""
    return _expr(node, found.expression, found.offset)


def condition(reading: Reading, node: Node, name: str) -> Expr | None:
    """A bare expression: of ``when``, ``until``, ``while``, ``check``, ``require``, ``score``."""
    if not isinstance(node, ScalarNode) or node.value is None:
        reading.wrong_shape(node, name, "an expression")
        return None
    if wrapped := WRAPPED.fullmatch(node.text):
        inner = wrapped[1].strip()
        reading.report(
            "MEL121",
            f"`{name}` is an expression already",
            node.span,
            label="without `${{ }}`",
            help=f"write `{name}: {inner}`" if len(inner) < 80 and "\n" not in inner else None,
            fix=_unwrapped(node, inner),
        )
        return None
    source = node.text
    try:
        return _expr(node, parse(source), 0)
    except ExpressionError as error:
        _report(reading, node, error)
        return None


def _unwrapped(node: ScalarNode, inner: str) -> Fix | None:
    """Keep the quotes of the scalar: only what is between them changes."""
    whole = node.at(0, len(node.text))
    if node.style not in ("plain", "single", "double") or whole.line != whole.end_line:
        return None
    start = len(node.text) - len(node.text.lstrip())
    opened = node.text.index("{{", start) + 2
    closed = node.text.rindex("}}")
    first = opened + len(node.text[opened:closed]) - len(node.text[opened:closed].lstrip())
    last = first + len(inner)
    if node.style == "plain" and (
        inner[:1] in "\"'[{!&*%@`#|>-?" or ": " in inner or " #" in inner
    ):
        quote = "'" if '"' in inner else '"'
        if quote in inner or "\\" in inner:
            return None
        replacement = f"{quote}{inner}{quote}"
        return Fix("take the expression out", (Edit(whole, replacement),))
    return Fix(
        "delete `${{` and `}}`",
        (Edit(node.at(0, first), ""), Edit(node.at(last, len(node.text)), "")),
    )


def _expr(node: ScalarNode, expression: Expression, offset: int) -> Expr:
    return Expr(expression, node.at(offset, offset + len(expression.source)), node, offset)


def _report(reading: Reading, node: ScalarNode, error: ExpressionError) -> None:
    span = node.at(error.offset, max(error.end, error.offset + 1))
    fix = None
    if error.suggestion is not None and node.style != "folded":
        fix = Fix(f"write `{error.suggestion}`", (Edit(span, error.suggestion),))
    reading.report(
        "MEL122" if isinstance(error, TemplateError) else "MEL120",
        in_backticks(as_fact(error.message)),
        span,
        label=f"did you mean `{error.suggestion}`?" if error.suggestion else None,
        help=as_help(error.help, error.suggestion),
        fix=fix,
    )
