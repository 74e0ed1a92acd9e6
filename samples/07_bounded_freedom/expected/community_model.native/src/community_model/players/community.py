"""Player community: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..apart import function_apart
from ..policy import Call


async def community(call: Call) -> Any:
    """Call the function in a process of its own, which ends with the attempt."""
    return await function_apart(
        ".project.players.community:answer", call, memory_bytes=None, cpu=None
    )
