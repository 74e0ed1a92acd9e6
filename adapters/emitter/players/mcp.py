"""``mcp`` players: one tool of a server that speaks the Model Context Protocol."""

from __future__ import annotations

from adapters.emitter.code import Code, literal
from adapters.emitter.players.asked import Asked, Piece, Template
from workflow_ir.players import McpPlayer


def mcp(asked: Asked) -> Piece:
    """Start the server or reach it, and call the tool with the step's map."""
    player = asked.player
    assert isinstance(player, McpPlayer)
    template = Template()
    facts = [(Code("tool"), literal(player.tool))]
    if player.command is not None:
        facts.append((Code("command"), literal(list(player.command))))
    if player.url is not None:
        facts.append((Code("url"), literal(player.url)))
    for name, value in (("env", player.env), ("headers", player.headers)):
        if value is not None:
            facts.append((Code(name), template.value(value)))
    view = {"facts": tuple(facts), "lead": template.lead, "secrets": template.reads_secrets}
    sections = frozenset({"by_url" if player.command is None else "by_command"})
    requires = ("httpx>=0.27,<1", "mcp>=1.24,<2") if player.command is None else ("mcp>=1.24,<2",)
    return Piece("mcp.jinja", view, ("mcp_tools",), requires, template.called, sections)
