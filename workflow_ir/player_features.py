"""What the players of a workflow ask of its backend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ir.capability import Feature
from workflow_ir.players import (
    AgentPlayer,
    CallPlayer,
    CommandPlayer,
    FrameworkPlayer,
    HttpPlayer,
    McpPlayer,
    ModelPlayer,
    Player,
    PluginPlayer,
    PythonPlayer,
)
from workflow_ir.secrets import secrets_in

if TYPE_CHECKING:
    from workflow_ir.workflow import WorkflowIR

_KINDS: dict[type, Feature | None] = {
    PythonPlayer: None,
    CommandPlayer: None,
    ModelPlayer: None,
    HttpPlayer: Feature.HTTP,
    AgentPlayer: Feature.AGENT,
    McpPlayer: Feature.MCP,
    CallPlayer: Feature.CALL_PLAYER,
    PluginPlayer: Feature.PLUGIN,
    FrameworkPlayer: Feature.FRAMEWORK,
}

OFFLINE = "offline/"
"""Models of this provider need neither a key nor a network."""


def features_of_player(ir: WorkflowIR, name: str) -> Iterator[Feature]:
    """Features of a player, of those that take over after it and of its tools, each once."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        name = ahead.pop(0)
        player = ir.players.get(name)
        if player is None or name in seen:
            continue
        seen.add(name)
        yield from _of(ir, player)
        renewing = () if player.refresh is None else (player.refresh,)
        tools = player.tools if isinstance(player, AgentPlayer) else ()
        ahead = [*player.fallback, *renewing, *tools, *ahead]


def _of(ir: WorkflowIR, player: Player) -> Iterator[Feature]:
    kind = _KINDS[type(player)]
    if kind is not None:
        yield kind
    if player.fallback:
        yield Feature.FALLBACK
    asked = {
        Feature.ISOLATION: player.isolation,
        Feature.PLAYER_LIMITS: player.limits,
        Feature.GRANT: player.grant_attempts,
        Feature.PLAYER_REQUIRES: player.requires or None,
        Feature.PRELOAD: player.preload or None,
    }
    yield from (feature for feature, value in asked.items() if value is not None)
    if isinstance(player, CommandPlayer) and player.env is not None and any(secrets_in(player.env)):
        yield Feature.SECRETS
    if isinstance(player, ModelPlayer | AgentPlayer):
        model = ir.models.get(player.model)
        if model is not None and not model.model.startswith(OFFLINE):
            yield Feature.MODEL_PROVIDER
