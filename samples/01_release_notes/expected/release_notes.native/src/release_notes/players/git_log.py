"""Player git_log: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import data, run
from ..functions import as_text
from ..policy import Call


async def git_log(call: Call) -> Any:
    """Run the program."""
    with_ = call.with_
    return await run(
        [
            [
                "git",
                "-C",
                data(with_["repo"]),
                "log",
                "--format=%x1e%H%x1f%P%x1f%aI%x1f%an%x1f%B",
                "--encoding=UTF-8",
                "--no-show-signature",
                "--max-count=" + as_text(with_["limit"] + 1),
                data(with_["range"]),
                "--",
            ],
        ],
        call,
        parse="text",
    )
