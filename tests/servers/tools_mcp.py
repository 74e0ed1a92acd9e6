"""A real MCP server for the tests: over standard input and output, or by HTTP on a port.

``python tools_mcp.py [PORT] [--log FILE]``; each call is noted in the file, a line a call.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from mcp.server.fastmcp import FastMCP, Image
from pydantic import BaseModel

PORT = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 0)
LOG = Path(sys.argv[sys.argv.index("--log") + 1]) if "--log" in sys.argv else None
server = FastMCP("tools", host="127.0.0.1", port=PORT, log_level="CRITICAL")


def note(line: str) -> None:
    if LOG is not None:
        with LOG.open("a") as file:
            file.write(f"{line}\n")


class Sum(BaseModel):
    total: int


@server.tool()
def add(a: int, b: int) -> Sum:
    note(f"add {a} {b} pid {os.getpid()}")
    return Sum(total=a + b)


@server.tool(structured_output=False)
def greet(name: str) -> list[str]:
    note("greet")
    return [f"Hello {name}.", "Goodbye."]


@server.tool()
def fail(why: str) -> str:
    note("fail")
    raise ValueError(why)


@server.tool(structured_output=False)
def picture() -> Any:
    return Image(data=b"\x89PNG", format="png")


@server.tool()
async def hang(file: str) -> str:
    """Leave a child in a session of its own, and never answer."""
    leave_child(Path(file))
    await asyncio.sleep(300)
    return "late"


def leave_child(file: Path) -> None:
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    file.write_text(f"{os.getpid()} {child.pid}")


@server.tool()
def die() -> str:
    sys.stderr.write("I am dying\n")
    sys.stderr.flush()
    os._exit(3)


@server.tool()
def die_and_leave(file: str) -> str:
    """End, while a child holds the standard output."""
    leave_child(Path(file))
    os._exit(3)


@server.tool(structured_output=False)
def env(name: str) -> str:
    return os.environ.get(name, "absent")


@server.tool(structured_output=False)
def large(size: int) -> str:
    return "x" * size


@server.tool(structured_output=False)
async def slow(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


if __name__ == "__main__":
    server.run("streamable-http" if PORT else "stdio")
