"""``run:`` steps: each is played by an anonymous command player of its own."""

from __future__ import annotations

from compiler.lower.values import lower_map, lower_value
from compiler.parse import syntax
from workflow_ir.players import CommandPlayer
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)


def run_name(address: str) -> str:
    """The name of the anonymous command player of a ``run:`` step; ``:`` keeps it apart."""
    return f"run:{address}"


def lower_run(run: syntax.Run) -> tuple[CommandPlayer, ListValue | None]:
    """The anonymous player of a ``run:`` step, and the values its template knows as ``arguments``.

    Its expressions read the run, as those of any step do; a player's template must not.
    """
    found: list[ExprValue] = []
    player = CommandPlayer(
        kind="command",
        commands=tuple(
            tuple(_argument(lower_value(item), found) for item in argv) for argv in run.commands
        ),
        stdin=None if run.stdin is None else _argument(lower_value(run.stdin), found),
        parse=None if run.parse is None else run.parse.value,
        env=None if run.env is None else _arguments(lower_map(run.env), found),
    )
    return player, ListValue(kind="list", items=tuple(found)) if found else None


def _argument(value: Value, found: list[ExprValue]) -> Value:
    """The value with each expression moved to ``found`` and read from ``arguments`` instead."""
    match value:
        case LiteralValue():
            return value
        case ExprValue():
            return _moved(value, found)
        case TextValue(parts=parts):
            return TextValue(
                kind="text",
                parts=tuple(
                    part if isinstance(part, str) else _moved(part, found) for part in parts
                ),
            )
        case MapValue():
            return _arguments(value, found)
        case ListValue(items=items):
            return ListValue(kind="list", items=tuple(_argument(item, found) for item in items))
        case ConvertValue(value=inner):
            return value.model_copy(update={"value": _argument(inner, found)})


def _arguments(value: MapValue, found: list[ExprValue]) -> MapValue:
    entries = {key: _argument(entry, found) for key, entry in value.entries.items()}
    return MapValue(kind="map", entries=entries)


def _moved(expr: ExprValue, found: list[ExprValue]) -> ExprValue:
    found.append(expr)
    return ExprValue(kind="expr", source=f"arguments[{len(found) - 1}]", at=expr.at)
