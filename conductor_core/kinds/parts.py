"""What is known of players before they are asked: prices, limits, and whom they reach."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conductor_core.failure.purse import FREE, Price
from conductor_core.failure.target import Target
from conductor_core.performance import Effects, Part
from workflow_ir.players import AgentPlayer, CallPlayer, HttpPlayer, Model, ModelPlayer, Player
from workflow_ir.steps import Route
from workflow_ir.values import LiteralValue

if TYPE_CHECKING:
    from conductor_core.run import Run


def part(run: Run, module: str, name: str) -> Part:
    """One player of a Melody or sub-melody; an unknown one is found out when it is asked."""
    ir = run.module(module)
    player = ir.players.get(name)
    if player is None:
        return Part(name, target=Target("player", name))
    return Part(
        name,
        player.timeout_s,
        effects=player.effects or _usual_effects(player),
        cost=FREE if player.cost is None else Price(player.cost.usd, player.cost.tokens),
        target=_target(name, player, ir.models),
        granted=player.grant_attempts or 1,
        refresh=player.refresh,
        limits=player.limits,
        asks_others=isinstance(player, ModelPlayer | AgentPlayer | CallPlayer),
    )


def parts(run: Run, module: str, name: str) -> tuple[Part, ...]:
    """A player and those that take over after it, in order."""
    return tuple(part(run, module, one) for one in run.fallback_order(name, module))


def peers(
    run: Run, module: str, route: Route | None, failed: Part, asked: Collection[str]
) -> tuple[Part, ...]:
    """Players with a capability of the failed one, those already asked left out.

    Of a route those it may choose from, in its order; else whoever provides something that the
    player provides, in the order of their names.
    """
    players = run.module(module).players
    if route is not None:
        names: Collection[str] = route.candidates
    else:
        spec = players.get(failed.player)
        wanted = set() if spec is None else set(spec.provides)
        names = [name for name, other in players.items() if wanted.intersection(other.provides)]
    return tuple(part(run, module, name) for name in names if name not in asked)


def _usual_effects(player: Player) -> Effects:
    """Where a player says nothing (spec 4, Effects by default)."""
    match player:
        case ModelPlayer():
            return "none"
        case HttpPlayer() if _literal(player, "method", "GET").upper() == "GET":
            return "none"
        case _:
            return "idempotent"


def _target(name: str, player: Player, models: Mapping[str, Model]) -> Target:
    match player:
        case ModelPlayer(model=alias) | AgentPlayer(model=alias):
            model = models.get(alias)
            known = alias if model is None else model.model
            provider, _, endpoint = known.partition("/")
            if provider == "offline":
                return Target(provider, endpoint)
            base = None if model is None else model.base_url
            return Target(provider, endpoint, base or provider, remote=True)
        case HttpPlayer():
            host = urlsplit(_literal(player, "url", "")).netloc
            return Target("http", host or name, "", remote=True)
        case _:
            return Target("player", name)


def _literal(player: HttpPlayer, key: str, default: str) -> str:
    value = player.request.entries.get(key)
    return str(value.value) if isinstance(value, LiteralValue) else default
