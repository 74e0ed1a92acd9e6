"""Players and models as data of the IR; only those that can be reached are kept."""

from __future__ import annotations

from typing import Any

from compiler.analysis.symbols import BUILT_IN_MODELS, Symbols
from compiler.lower.values import lower_map, lower_value
from compiler.parse import syntax
from compiler.parse.syntax_values import literal_of
from workflow_ir.players import CommandPlayer, Model, ModelPlayer, Player, PythonPlayer
from workflow_ir.values import (
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)


def lower_player(player: syntax.Player) -> Player:
    """One entry of ``players``."""
    common: dict[str, Any] = {
        "description": None if player.description is None else player.description.value,
        "fallback": tuple(name.value for name in player.fallback),
        "importance": None if player.importance is None else player.importance.value,
        "effects": None if player.effects is None else player.effects.value,
        "timeout_s": None if player.timeout is None else player.timeout.value,
    }
    match player.kind:
        case syntax.PythonKind(target=target):
            return PythonPlayer(kind="python", target=target.value, **common)
        case syntax.CommandKind() as command:
            return CommandPlayer(
                kind="command",
                commands=tuple(
                    tuple(lower_value(item) for item in argv) for argv in command.commands
                ),
                stdin=None if command.stdin is None else lower_value(command.stdin),
                parse=None if command.parse is None else command.parse.value,
                env=None if command.env is None else lower_map(command.env),
                **common,
            )
        case syntax.ModelKind() as model:
            return ModelPlayer(
                kind="model",
                model=model.model.value,
                system=None if model.system is None else lower_value(model.system),
                **common,
            )
        case other:
            message = f"reading refuses this kind of player: {type(other).__name__}"
            raise AssertionError(message)


def lower_model(model: syntax.Model) -> Model:
    """One entry of ``models``."""
    _, parameters = (True, {}) if model.parameters is None else literal_of(model.parameters)
    assert isinstance(parameters, dict)
    return Model(model=model.model.value, parameters=parameters)


def run_name(address: str) -> str:
    """The name of the anonymous command player of a ``run:`` step; ``:`` keeps it apart."""
    return f"run:{address}"


def lower_players(symbols: Symbols) -> tuple[dict[str, Player], dict[str, Model]]:
    """The players and models that a step can reach, fallbacks included, sorted by name."""
    wanted: list[str] = []
    anonymous: dict[str, Player] = {}
    for symbol in symbols.steps:
        verb = symbol.step.verb
        if isinstance(verb, syntax.Play):
            wanted.append(verb.player.value)
        elif isinstance(verb, syntax.Run):
            anonymous[run_name(symbol.address)] = lower_run(verb)[0]
    players: dict[str, Player] = {}
    while wanted:
        name = wanted.pop()
        if name not in players:
            players[name] = lower_player(symbols.players[name])
            wanted.extend(players[name].fallback)
    models: dict[str, Model] = {}
    for player in players.values():
        if isinstance(player, ModelPlayer):
            written = symbols.models.get(player.model)
            models[player.model] = (
                BUILT_IN_MODELS[player.model] if written is None else lower_model(written)
            )
    return dict(sorted((players | anonymous).items())), dict(sorted(models.items()))


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


def _arguments(value: MapValue, found: list[ExprValue]) -> MapValue:
    entries = {key: _argument(entry, found) for key, entry in value.entries.items()}
    return MapValue(kind="map", entries=entries)


def _moved(expr: ExprValue, found: list[ExprValue]) -> ExprValue:
    found.append(expr)
    return ExprValue(kind="expr", source=f"arguments[{len(found) - 1}]", at=expr.at)
