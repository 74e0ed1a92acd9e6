"""Player enhancer: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..models import complete
from ..policy import Call


async def enhancer(call: Call) -> Any:
    """Ask the model."""
    return await complete(
        "offline/basic",
        call,
        system="You turn a rough idea into one clear paragraph.",
        parameters={},
    )
