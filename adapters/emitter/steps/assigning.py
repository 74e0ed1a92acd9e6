"""``process: {manager: …}``: who decides who performs, and what it is told of players."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from adapters.emitter.code import Code, literal
from workflow_ir.players import AgentPlayer, Player
from workflow_ir.values import LiteralValue
from workflow_ir.workflow import Process, WorkflowIR

_OF_AN_AGENT: Final = ("role", "goal")


def assigning(process: Process, ir: WorkflowIR) -> Code:
    """``Manager(…)``."""
    facts = [literal(process.manager), literal(process.players)]
    told = {name: about for name, one in ir.players.items() if (about := dict(_told(one)))}
    if told:
        facts.append(literal(told))
    return Code(f"Manager({', '.join(facts)})")


def _told(player: Player) -> Iterator[tuple[str, Any]]:
    if player.description is not None:
        yield "description", player.description
    if isinstance(player, AgentPlayer):
        for key in _OF_AN_AGENT:
            value = player.agent.entries.get(key)
            if isinstance(value, LiteralValue):
                yield key, value.value
    if player.provides:
        yield "provides", list(player.provides)
