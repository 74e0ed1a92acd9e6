"""Player run-preprocessing: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import plain, run
from ..policy import Call


async def preprocessing(call: Call) -> Any:
    """Run the program."""
    arguments = call.arguments
    return await run(
        [
            ["python3", "stages/preprocessing.py"],
        ],
        call,
        stdin=plain(arguments[0]),
        parse="json",
    )
