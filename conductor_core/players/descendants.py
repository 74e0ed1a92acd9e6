"""Processes that descend from a command, also those that left its session.

A child with a session of its own is not reached by the group, and once its parent is gone nothing
links it to the command but the environment it inherited. So each command gets a mark in it.
Linux only; elsewhere the group alone is stopped.
"""

from __future__ import annotations

import secrets
from pathlib import Path

MARK = "MELODY_PROCESS"
"""Name of the environment variable that holds the mark."""

_PROCESSES = Path("/proc")


def new_mark() -> str:
    """A mark that no other process has."""
    return secrets.token_hex(12)


def marked_processes(mark: str) -> list[int]:
    """Process ids of all living processes with the mark, zombies left out."""
    wanted = f"{MARK}={mark}".encode()
    try:
        entries = list(_PROCESSES.iterdir())
    except OSError:
        return []
    return [int(entry.name) for entry in entries if entry.name.isdecimal() and _has(entry, wanted)]


def _has(process: Path, wanted: bytes) -> bool:
    try:
        environment = (process / "environ").read_bytes()
    except OSError:  # it ended meanwhile, or is another user's
        return False
    return wanted in environment.split(b"\0")
