"""Player plain_writer: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..calls import function
from ..policy import Call
from ..project.players.desk import plain_draft


async def plain_writer(call: Call) -> Any:
    """Call the function with what the step hands on."""
    return await function(plain_draft, call)
