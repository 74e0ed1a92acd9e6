"""The values of a player's definition in which expressions may stand (spec 8, Text)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from compiler.parse import syntax

Place = Literal["player", "player_secret"]
"""``player_secret``: headers and env, where secrets may stand."""

Templates = Iterator[tuple[syntax.Value | None, Place]]


def templates(player: syntax.Player) -> Templates:
    """Each value with its place; in all of them ``with`` is in scope."""
    match player.kind:
        case syntax.CommandKind(commands=commands, stdin=stdin, env=env):
            for command in commands:
                for word in command:
                    yield word, "player"
            yield stdin, "player"
            yield env, "player_secret"
        case syntax.ModelKind(system=system):
            yield system, "player"
        case syntax.AgentKind(agent=agent, system=system):
            yield agent, "player"
            yield system, "player"
        case syntax.HttpKind(request=request):
            for key, value in request.entries:
                yield value, "player_secret" if key.text == "headers" else "player"
        case syntax.McpKind(env=env, headers=headers):
            yield env, "player_secret"
            yield headers, "player_secret"
