"""Player editor: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..agents import work
from ..policy import Call


async def editor(call: Call) -> Any:
    """Let the agent work on it."""
    return await work(
        "offline/basic",
        call,
        role="Editor",
        goal="Print only what is known",
        system="A page has one title and one text.",
        parameters={},
    )
