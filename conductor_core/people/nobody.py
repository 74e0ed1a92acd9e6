"""Who answers when nobody does."""

from __future__ import annotations

from dataclasses import dataclass

from conductor_core.ports import Answer, PlayerClock, Question


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is there to be asked; implements ``ports.People``."""

    def present(self, _path: str, /) -> bool:
        """Nobody is."""
        return False

    async def ask(self, _question: Question, _clock: PlayerClock, /) -> Answer | None:
        """Nobody answers."""
        return None
