"""Player junior: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..models import complete
from ..policy import Call


async def junior(call: Call) -> Any:
    """Ask the model."""
    return await complete(
        "openai/gpt-5-mini",
        call,
        parameters={"temperature": 0},
    )
