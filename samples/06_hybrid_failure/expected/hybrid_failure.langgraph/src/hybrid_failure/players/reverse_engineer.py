"""Player reverse_engineer: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..calls import function
from ..policy import Call
from ..project.players.desk import keywords_of_draft


async def reverse_engineer(call: Call) -> Any:
    """Call the function with what the step hands on."""
    return await function(keywords_of_draft, call)
