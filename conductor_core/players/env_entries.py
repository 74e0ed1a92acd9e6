"""The ``env`` of a player's template as a program is given it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conductor_core.players.environment import inherited
from conductor_core.players.fill import as_text
from workflow_ir.outcome import StandardError


def env_entries(
    own: Mapping[str, Any], told: Mapping[str, str] | None = None
) -> dict[str, str] | StandardError:
    """What is inherited, then ``told``, then the player's own entries as text.

    Args:
        own: The filled template.
        told: What the conductor adds.

    Returns:
        ``input.invalid`` where a name or text cannot stand in an environment.
    """
    env = {**inherited(), **(told or {})}
    for name, value in own.items():
        text = as_text(value)
        if not name or "=" in name or "\0" in name + text:
            return StandardError.of("input.invalid", f"env {name!r} cannot be given to a program")
        env[name] = text
    return env
