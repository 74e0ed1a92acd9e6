"""Player headline: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..frameworks import asked
from ..policy import Call
from ..project.existing.headline_crew import crew


async def headline(call: Call) -> Any:
    """Ask it in its own way."""
    return await asked(crew, call)
