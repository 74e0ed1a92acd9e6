"""Player git_people: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import data, run
from ..policy import Call


async def git_people(call: Call) -> Any:
    """Run the program."""
    with_ = call.with_
    return await run(
        [
            [
                "git",
                "-C",
                data(with_["repo"]),
                "shortlog",
                "--summary",
                "--numbered",
                data(with_["range"]),
                "--",
            ],
        ],
        call,
        parse="lines",
    )
