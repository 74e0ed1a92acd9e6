"""Player git_tag: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import data, run
from ..policy import Call


async def git_tag(call: Call) -> Any:
    """Run the program."""
    with_ = call.with_
    return await run(
        [
            ["git", "-C", data(with_["repo"]), "describe", "--tags", "--abbrev=0"],
        ],
        call,
        parse="exit",
    )
