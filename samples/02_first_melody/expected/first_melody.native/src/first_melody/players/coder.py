"""Player coder: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..models import complete
from ..policy import Call


async def coder(call: Call) -> Any:
    """Ask the model."""
    return await complete(
        "offline/basic",
        call,
        system="You write small, tested programs.",
        parameters={},
    )
