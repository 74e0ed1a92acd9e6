"""Who may take over for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_ir.players import AgentPlayer, Model, ModelPlayer, Player
from workflow_ir.steps import Play
from workflow_ir.workflow import WorkflowIR


def fallback_order(ir: WorkflowIR, player: str) -> tuple[str, ...]:
    """A player and those that take over after it, each once, in order."""
    order: list[str] = []
    ahead = [player]
    while ahead:
        name = ahead.pop(0)
        if name not in order:
            order.append(name)
            spec = ir.players.get(name)
            ahead = [*(spec.fallback if spec is not None else ()), *ahead]
    return tuple(order)


def performers(ir: WorkflowIR, verb: Play) -> tuple[str, ...]:
    """Whom a step may ask first: whom it names itself, and whom a manager may name."""
    named = verb.players()
    if ir.process is None or verb.route is not None or named[0].startswith("run:"):
        return named
    return tuple(dict.fromkeys((*named, *ir.process.players)))


def managers(ir: WorkflowIR) -> tuple[str, ...]:
    """Who decides who performs, if anybody does."""
    return () if ir.process is None else (ir.process.manager,)


def peers_of(ir: WorkflowIR, verb: Play) -> tuple[str, ...]:
    """Other players with a capability of the first one, in order."""
    if verb.route is not None:
        return verb.route.candidates[1:]
    firsts = performers(ir, verb)
    wanted = {one for name in firsts if name in ir.players for one in ir.players[name].provides}
    return tuple(
        name
        for name, other in ir.players.items()
        if (name != verb.player or len(firsts) > 1) and wanted.intersection(other.provides)
    )


def credential_of(player: Player, models: Mapping[str, Model]) -> str:
    """Whose key it reaches its provider with; empty: it needs none."""
    if not isinstance(player, ModelPlayer | AgentPlayer):
        return ""
    model = models.get(player.model)
    provider = (player.model if model is None else model.model).partition("/")[0]
    if provider == "offline":
        return ""
    base = None if model is None else model.base_url
    return f"{provider} {base or provider}"


def share_credentials(players: Iterable[Player], models: Mapping[str, Model]) -> bool:
    """Some of them have the same one."""
    found = [credential for one in players if (credential := credential_of(one, models))]
    return len(found) > len(set(found))
