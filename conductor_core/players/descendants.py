"""Processes that descend from a command or worker, also those that left its session.

A child with a session of its own is not reached by the group, and once its parent is gone nothing
links it to the command but the environment it inherited. So each command gets a mark in it.
Linux only; elsewhere the group alone is stopped.
"""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MARK = "MELODY_PROCESS"
"""Name of the environment variable that holds the mark."""

_PROCESSES = Path("/proc")
_ROUNDS = 50
"""Times that marked processes are looked for: one may start another before it is killed."""
_UNSURE_ROUNDS = 5
"""Looks in a row that must find nothing while there is a process without an environment."""
_PAUSE_S = 0.003
_OF_THE_SYSTEM = 0x00200000
"""``PF_KTHREAD`` of Linux."""


def new_mark() -> str:
    """A mark that no other process has."""
    return secrets.token_hex(12)


def marked_processes(mark: str) -> list[int]:
    """Process ids of all living processes with the mark, zombies left out."""
    return _scanned(mark)[0]


def group_lives(group: int) -> bool:
    """Whether a process of the group is left, be it a zombie."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def signal_all(group: int, others: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to a process group and to other processes; those that are gone are no fault."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
    for pid in others:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def kill_all(group: int, mark: str) -> None:
    """End the group and whatever carries the mark, also what they start meanwhile.

    Blocks for some milliseconds. A process that is just becoming another program shows no
    environment for a moment; while there is such a one, it is looked again.
    """
    clear = 0
    for _ in range(_ROUNDS):
        others, unsure = _scanned(mark)
        signal_all(group, others, signal.SIGKILL)
        clear = 0 if others else clear + 1
        if clear > (_UNSURE_ROUNDS if unsure else 0):
            return
        time.sleep(_PAUSE_S)


def _scanned(mark: str) -> tuple[list[int], bool]:
    """Process ids with the mark, and whether there is a process that shows no environment."""
    wanted = f"{MARK}={mark}".encode()
    found: list[int] = []
    unsure = False
    try:
        entries = list(_PROCESSES.iterdir())
    except OSError:
        return [], False
    for entry in entries:
        if entry.name.isdecimal():
            environment = _environment(entry)
            if environment is None:
                continue
            if wanted in environment.split(b"\0"):
                found.append(int(entry.name))
            elif not environment and _is_a_program(entry):
                unsure = True
    return found, unsure


def _environment(process: Path) -> bytes | None:
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it ended meanwhile, or is another user's
        return None


def _is_a_program(process: Path) -> bool:
    """Whether it lives and is none of the system's own threads."""
    try:
        text = (process / "stat").read_text(encoding="ascii", errors="replace")
        state, *fields = text.rpartition(")")[2].split()
        return state not in "ZX" and not int(fields[5]) & _OF_THE_SYSTEM
    except (OSError, ValueError, IndexError):
        return False
