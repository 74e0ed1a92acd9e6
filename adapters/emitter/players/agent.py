"""``agent`` players: the framework's own agent, with players as its tools."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.emitter.code import Code, literal
from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.players.asked import Asked, Piece, Template, arguments_of
from adapters.emitter.players.model import clients, model_of, said
from adapters.emitter.players.tool_of_code import tool_of_code
from conductor_core.agents.tools import unknown_tool, written_tool
from workflow_ir.players import AgentPlayer


def agent(asked: Asked) -> Piece:
    """Its role, goal and backstory, its model, and its tools."""
    player = asked.player
    assert isinstance(player, AgentPlayer)
    alias, template = model_of(asked.ir, player.model), Template()
    told = {**player.agent.entries, **({} if player.system is None else {"system": player.system})}
    facts = [
        (Code(name), text)
        for name in ("role", "goal", "backstory", "system")
        if (text := said(told.get(name), template)) is not None
    ]
    facts.append((Code("parameters"), arguments_of({**alias.parameters, **player.parameters})))
    if alias.base_url is not None:
        facts.append((Code("base_url"), literal(alias.base_url)))
    if player.max_turns is not None:
        facts.append((Code("max_turns"), literal(player.max_turns)))
    view = {
        "model": literal(alias.model),
        "facts": tuple(facts),
        "tools": tuple(_tools(asked, player)),
        "cast": asked.cast,
        "lead": template.lead,
    }
    return Piece(
        "agent.jinja", view, ("models", "agents"), clients(asked.target, alias), template.called
    )


def _tools(asked: Asked, player: AgentPlayer) -> Iterator[dict[str, Code]]:
    """What the model is told of each tool."""
    for name in dict.fromkeys(player.tools):
        tool = asked.ir.players[name]
        known = written_tool(name, tool, asked.modules) or tool_of_code(name, tool, asked.sources)
        spec = (known or unknown_tool(name, tool)).spec
        yield {
            "name": literal(name),
            "description": text_literal(spec.description),
            "schema": text_literal(dict(spec.parameters)),
        }
