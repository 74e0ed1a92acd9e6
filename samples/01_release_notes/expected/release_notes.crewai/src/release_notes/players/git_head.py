"""Player git_head: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import data, run
from ..policy import Call


async def git_head(call: Call) -> Any:
    """Run the program."""
    with_ = call.with_
    return await run(
        [
            ["git", "-C", data(with_["repo"]), "rev-parse", "--verify", "--quiet", "HEAD"],
        ],
        call,
        parse="exit",
    )
