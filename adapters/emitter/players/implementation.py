"""The file of a player: written once, and the user's own from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.environment import environment, render
from adapters.emitter.players.agent import agent
from adapters.emitter.players.asked import Asked, Piece
from adapters.emitter.players.command import command
from adapters.emitter.players.framework import framework
from adapters.emitter.players.http import http
from adapters.emitter.players.mcp import mcp
from adapters.emitter.players.model import model
from adapters.emitter.players.python import python

KINDS: Final[Mapping[str, Callable[[Asked], Piece]]] = {
    "python": python,
    "command": command,
    "http": http,
    "model": model,
    "agent": agent,
    "mcp": mcp,
    "framework": framework,
}
"""By kind of player. ``call`` has no file: its sub-melody is code; ``plugin`` is refused."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """The text of a file, and what has to stand beside it."""

    text: Code
    support: tuple[str, ...]
    requires: tuple[str, ...]
    functions: tuple[str, ...]
    sections: frozenset[str]


def implementation(asked: Asked) -> Implementation:
    """Write the file of a player."""
    piece = KINDS[asked.player.kind](asked)  # type: ignore[attr-defined]  # every kind has it
    text = render(
        environment(),
        f"players/{piece.template}",
        name=asked.function,
        called=asked.called,
        functions=tuple(map(Code, piece.functions)),
        **piece.view,
    )
    return Implementation(text, piece.support, piece.requires, piece.functions, piece.sections)
