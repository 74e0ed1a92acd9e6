"""Values as written to values of the IR."""

from __future__ import annotations

from compiler.parse import syntax
from workflow_ir.expressions import canonical
from workflow_ir.values import (
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)


def lower_expr(expr: syntax.Expr) -> ExprValue:
    """One expression in its canonical spelling, with the place of the text as written."""
    return ExprValue(kind="expr", source=canonical(expr.expression), at=expr.span.at)


def lower_value(value: syntax.Value) -> Value:
    """Any value; a map or list without expressions is one literal."""
    match value:
        case syntax.Literal(value=data):
            return LiteralValue(kind="literal", value=data)
        case syntax.Expr():
            return lower_expr(value)
        case syntax.Text(parts=parts):
            return TextValue(
                kind="text",
                parts=tuple(part if isinstance(part, str) else lower_expr(part) for part in parts),
            )
        case syntax.Map():
            return lower_map(value)
        case syntax.List(items=items):
            return ListValue(kind="list", items=tuple(lower_value(item) for item in items))


def lower_map(value: syntax.Map) -> MapValue:
    """A map, entry by entry: its keys stay apart even if all its values are constants."""
    return MapValue(
        kind="map", entries={key.text: lower_value(entry) for key, entry in value.entries}
    )
