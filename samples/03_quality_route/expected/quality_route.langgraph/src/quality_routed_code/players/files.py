"""Player files: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..mcp_tools import use
from ..policy import Call


async def files(call: Call) -> Any:
    """Use the tool of the server."""
    return await use(
        call,
        tool="write_file",
        command=["mcp-files", "--root", "."],
    )
