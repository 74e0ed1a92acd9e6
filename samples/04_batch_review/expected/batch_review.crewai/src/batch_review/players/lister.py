"""Player lister: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..calls import function
from ..policy import Call
from ..project.players.documents import names


async def lister(call: Call) -> Any:
    """Call the function with what the step hands on."""
    return await function(names, call)
