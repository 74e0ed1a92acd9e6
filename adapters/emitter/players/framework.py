"""``framework`` players: something that exists in a framework already."""

from __future__ import annotations

from adapters.emitter.players.asked import Asked, Piece, relative
from adapters.emitter.players.python import imported_or_found
from workflow_ir.players import FrameworkPlayer


def framework(asked: Asked) -> Piece:
    """Ask it in its own way: a graph, a crew, a flow, a runnable."""
    player = asked.player
    assert isinstance(player, FrameworkPlayer)
    module, _, dotted = player.target.partition(":")
    here = relative(asked, module)
    view, sections = imported_or_found(asked, here, module, dotted)
    return Piece("framework.jinja", view, ("calls", "frameworks"), sections=sections)
