"""Player reporter: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..agents import work
from ..policy import Call


async def reporter(call: Call) -> Any:
    """Let the agent work on it."""
    return await work(
        "offline/basic",
        call,
        role="Reporter",
        goal="Tell what happened so that everybody understands it",
        parameters={},
    )
