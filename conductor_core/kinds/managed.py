"""Who may perform a step that a manager assigns, and what it is told of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from conductor_core.kinds.parts import part, parts
from conductor_core.performance import Managed
from workflow_ir.players import AgentPlayer, Player
from workflow_ir.steps import Play
from workflow_ir.values import LiteralValue

if TYPE_CHECKING:
    from conductor_core.run import Run

_OF_AN_AGENT = ("role", "goal")


def managed(run: Run, module: str, verb: Play, planned: str) -> Managed | None:
    """The manager of a step that is played; None where there is none.

    Candidates are the planned player, those that a route may choose from, and for a player named
    by the step whoever else the Melody has. A ``run:`` step is a command of its own and nobody
    else's.
    """
    ir = run.module(module)
    if ir.process is None or planned.startswith("run:") or planned == ir.process.manager:
        return None
    others = ir.process.players if verb.route is None else verb.route.candidates
    names = dict.fromkeys((planned, *others))
    return Managed(
        part(run, module, ir.process.manager),
        tuple(_told(name, ir.players[name]) for name in names if name in ir.players),
        partial(parts, run, module),
    )


def _told(name: str, player: Player) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name}
    if player.description is not None:
        told["description"] = player.description
    if isinstance(player, AgentPlayer):
        entries = player.agent.entries
        for key in _OF_AN_AGENT:
            value = entries.get(key)
            if isinstance(value, LiteralValue):
                told[key] = value.value
    if player.provides:
        told["provides"] = list(player.provides)
    return told
