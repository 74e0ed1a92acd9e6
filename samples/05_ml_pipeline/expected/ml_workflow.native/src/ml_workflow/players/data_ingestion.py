"""Player run-data-ingestion: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..commands import data, run
from ..policy import Call


async def data_ingestion(call: Call) -> Any:
    """Run the program."""
    arguments = call.arguments
    return await run(
        [
            ["python3", "stages/data_ingestion.py", data(arguments[0])],
        ],
        call,
        parse="json",
    )
