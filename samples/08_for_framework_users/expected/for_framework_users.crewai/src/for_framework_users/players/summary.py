"""Player summary: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..frameworks import asked
from ..policy import Call
from ..project.existing.summary_graph import graph


async def summary(call: Call) -> Any:
    """Ask it in its own way."""
    return await asked(graph, call)
