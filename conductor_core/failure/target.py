"""Whom an attempt reaches: what breakers and retry tokens are counted by (spec 4, Breaker)."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """A provider as one credential sees it; never a step."""

    provider: str
    """``openai``; of a player that reaches no provider: ``player``."""
    endpoint: str
    """The model, the host, or the player's own name."""
    credential: str = ""
    """Whose quota and whose key; empty: none is needed."""
    remote: bool = False
    """A service of somebody else: breaker and retry tokens act on it without being asked for."""

    def shares_credential(self, other: Target) -> bool:
        """A refused credential is refused there too."""
        same = (self.provider, self.credential) == (other.provider, other.credential)
        return bool(self.credential) and same
