"""Players and models as data of the IR; only those that can be reached are kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from compiler.analysis.capabilities import is_enabled
from compiler.analysis.symbols import BUILT_IN_MODELS, Symbols
from compiler.lower.runs import lower_run, run_name
from compiler.lower.values import lower_map, lower_value
from compiler.parse import syntax
from compiler.parse.syntax_values import literal_of
from workflow_ir.players import (
    AgentPlayer,
    CallPlayer,
    CommandPlayer,
    Cost,
    FrameworkPlayer,
    HttpPlayer,
    Limits,
    McpPlayer,
    Model,
    ModelPlayer,
    Player,
    PluginPlayer,
    PythonPlayer,
)
from workflow_ir.types import to_json_schema
from workflow_ir.values import MapValue, Value


def lower_player(
    player: syntax.Player, *, module: str = "", disabled: Collection[str] = ()
) -> Player:
    """One entry of ``players``.

    Args:
        player: As written.
        module: Of a ``call``: the hash of the sub-melody.
        disabled: Players that perform nothing: they do not take over, and are no tools.
    """
    fields = _common(player)
    fields["fallback"] = _enabled(player.fallback, disabled)
    renewing = () if player.refresh is None else (player.refresh,)
    fields["refresh"] = next(iter(_enabled(renewing, disabled)), None)
    found = KINDS[type(player.kind)](player.kind, fields, module)
    if isinstance(found, AgentPlayer) and disabled:
        tools = tuple(name for name in found.tools if name not in disabled)
        found = found.model_copy(update={"tools": tools})
    return found


def _enabled(names: Iterable[syntax.Spanned[str]], disabled: Collection[str]) -> tuple[str, ...]:
    return tuple(name.value for name in names if name.value not in disabled)


def _common(player: syntax.Player) -> dict[str, Any]:
    """What every kind may say of itself."""
    return {
        "description": _of(player.description),
        "importance": _of(player.importance),
        "effects": _of(player.effects),
        "timeout_s": _of(player.timeout),
        "provides": tuple(name.value for name in player.provides),
        "isolation": _of(player.isolation),
        "cost": None if player.cost is None else _cost(player.cost),
        "limits": None if player.limits is None else _limits(player.limits),
        "grant_attempts": _of(player.grant_attempts),
        "requires": tuple(name.value for name in player.requires),
        "preload": bool(_of(player.preload)),
        "input": None if player.input is None else dict(to_json_schema(player.input.type)),
    }


def _of(written: syntax.Spanned[Any] | None) -> Any:
    return None if written is None else written.value


def _cost(written: syntax.Cost) -> Cost:
    return Cost(usd=_of(written.usd) or 0.0, tokens=_of(written.tokens) or 0)


def _limits(written: syntax.Limits) -> Limits:
    return Limits(
        concurrency=_of(written.concurrency),
        per_minute=_of(written.per_minute),
        memory_bytes=_of(written.memory),
        cpu=_of(written.cpu),
        output_bytes=_of(written.output),
    )


def _python(kind: syntax.PythonKind, fields: dict[str, Any], _: str) -> Player:
    return PythonPlayer(kind="python", target=kind.target.value, **fields)


def _command(kind: syntax.CommandKind, fields: dict[str, Any], _: str) -> Player:
    commands = tuple(tuple(lower_value(item) for item in argv) for argv in kind.commands)
    return CommandPlayer(
        kind="command",
        commands=commands,
        stdin=_value(kind.stdin),
        parse=_of(kind.parse),
        env=_map(kind.env),
        **fields,
    )


def _model(kind: syntax.ModelKind, fields: dict[str, Any], _: str) -> Player:
    return ModelPlayer(
        kind="model",
        model=kind.model.value,
        system=_value(kind.system),
        parameters=constants(kind.parameters),
        **fields,
    )


def _agent(kind: syntax.AgentKind, fields: dict[str, Any], _: str) -> Player:
    return AgentPlayer(
        kind="agent",
        agent=lower_map(kind.agent),
        model=kind.model.value,
        system=_value(kind.system),
        tools=tuple(name.value for name in kind.tools),
        max_turns=_of(kind.max_turns),
        parameters=constants(kind.parameters),
        **fields,
    )


def _http(kind: syntax.HttpKind, fields: dict[str, Any], _: str) -> Player:
    """The request's own ``timeout`` is the player's claim, as ``timeout`` beside it is."""
    claims = [claim for claim in (fields["timeout_s"], _of(kind.timeout)) if claim is not None]
    fields |= {"timeout_s": min(claims, default=None)}
    return HttpPlayer(
        kind="http", request=lower_map(kind.request), parse=_of(kind.parse), **fields
    )  # fmt: skip


def _mcp(kind: syntax.McpKind, fields: dict[str, Any], _: str) -> Player:
    command = None if kind.command is None else tuple(word.value for word in kind.command)
    return McpPlayer(
        kind="mcp",
        command=command,
        url=_of(kind.url),
        tool=kind.tool.value,
        env=_map(kind.env),
        headers=_map(kind.headers),
        **fields,
    )


def _call(_: syntax.CallKind, fields: dict[str, Any], module: str) -> Player:
    return CallPlayer(kind="call", module=module, **fields)


def _plugin(kind: syntax.PluginKind, fields: dict[str, Any], _: str) -> Player:
    return PluginPlayer(kind="plugin", plugin=kind.plugin.value, **fields)


def _framework(kind: syntax.FrameworkKind, fields: dict[str, Any], _: str) -> Player:
    return FrameworkPlayer(kind="framework", target=kind.target.value, **fields)


KINDS: Mapping[type, Callable[[Any, dict[str, Any], str], Player]] = {
    syntax.PythonKind: _python,
    syntax.CommandKind: _command,
    syntax.ModelKind: _model,
    syntax.AgentKind: _agent,
    syntax.HttpKind: _http,
    syntax.McpKind: _mcp,
    syntax.CallKind: _call,
    syntax.PluginKind: _plugin,
    syntax.FrameworkKind: _framework,
}
"""One row a kind. ``Unreadable`` has none: what could not be read is not lowered."""


def _value(written: syntax.Value | None) -> Value | None:
    return None if written is None else lower_value(written)


def _map(written: syntax.Map | None) -> MapValue | None:
    return None if written is None else lower_map(written)


def constants(written: syntax.Map | None) -> dict[str, Any]:
    """The data of a map without expressions."""
    data = {} if written is None else literal_of(written)[1]
    assert isinstance(data, dict)
    return data


def lower_model(model: syntax.Model) -> Model:
    """One entry of ``models``; the alias ``offline`` stands for its model (spec 8)."""
    target = model.model.value
    return Model(
        model=BUILT_IN_MODELS[target].model if target in BUILT_IN_MODELS else target,
        parameters=constants(model.parameters),
        base_url=_of(model.base_url),
    )


def lower_players(
    symbols: Symbols, modules: Mapping[str, str]
) -> tuple[dict[str, Player], dict[str, Model]]:
    """The players and models that a step can reach, fallbacks included, sorted by name.

    Args:
        symbols: Of a checked Melody.
        modules: The hashes of sub-melodies, those of players by ``player:NAME``.
    """
    players: dict[str, Player] = {}
    for symbol in symbols.performances():
        if isinstance(symbol.step.verb, syntax.Run):
            players[run_name(symbol.address)] = lower_run(symbol.step.verb)[0]
    disabled = {name for name, player in symbols.players.items() if not is_enabled(player)}
    for name in symbols.reached_players():
        if name not in disabled:
            module = modules.get(f"player:{name}", "")
            players[name] = lower_player(symbols.players[name], module=module, disabled=disabled)
    models: dict[str, Model] = {}
    for alias in sorted(_aliases(symbols, players)):
        model = symbols.models.get(alias)
        models[alias] = BUILT_IN_MODELS[alias] if model is None else lower_model(model)
    return dict(sorted(players.items())), models


def _aliases(symbols: Symbols, players: Mapping[str, Player]) -> set[str]:
    """The models of players, and those that a later attempt may ask."""
    found = {
        player.model for player in players.values() if isinstance(player, ModelPlayer | AgentPlayer)
    }
    project = symbols.project
    above = () if project is None else (project.defaults, project.policy)
    policies = [*above, symbols.melody.policy]
    policies += [symbol.step.policy for symbol in symbols.performances()]
    for policy in policies:
        rules = () if policy is None else policy.rules
        for entry in (entry for rule in rules for entry in rule.vary):
            model = constants(entry).get("model")
            if isinstance(model, str):
                found.add(model)
    return found
