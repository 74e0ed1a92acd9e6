"""Player run-deployment: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import data, plain, run
from ..policy import Call


async def deployment(call: Call) -> Any:
    """Run the program."""
    arguments = call.arguments
    return await run(
        [
            ["python3", "stages/deployment.py", data(arguments[0])],
        ],
        call,
        stdin=plain(arguments[1]),
        parse="json",
    )
