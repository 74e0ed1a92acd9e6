"""The method of an ``http`` player, and which methods change nothing (RFC 9110, section 9.2.1)."""

from __future__ import annotations

from typing import Final

from workflow_ir.players import HttpPlayer
from workflow_ir.values import LiteralValue

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
"""All others are sent with an ``Idempotency-Key``; a test holds them to those of the conductor."""


def method_of(player: HttpPlayer) -> str:
    """The method; GET where none is written."""
    method = player.request.entries.get("method")
    return str(method.value) if isinstance(method, LiteralValue) else "GET"
