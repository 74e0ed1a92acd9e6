"""The guard: a process that ends the children of its runner when the runner is gone.

Started by ``guard.py`` as a script of its own, so it imports the standard library only. It reads
lines from its standard input: ``+PID`` a process group was started, ``-PID`` it is over. When the
other end is closed or its parent is another one, the runner has died, however it did: then every
process with the runner's mark and every group that is left is killed, and the guard ends.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

_LOOK_S = 1.0
"""Real seconds between two looks at the parent: a fork of the runner may hold the pipe open."""
_CLEAR_ROUNDS = 5
"""Looks in a row that must find nothing: one that is just becoming another program shows no mark.
"""
_MOST_ROUNDS = 100
_PAUSE_S = 0.02


def main(mark: bytes, runner: int) -> None:
    """Wait for the end of ``runner``, then kill what is left of it.

    Args:
        mark: ``NAME=value`` in the environment of every child.
        runner: Its process id.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = _watch(runner)
    clear = 0
    for _ in range(_MOST_ROUNDS):
        found = _marked(mark)
        clear = 0 if found else clear + 1
        for group in groups:
            _kill(os.killpg, group)
        for process in found:
            _kill(os.kill, process)
        if clear == _CLEAR_ROUNDS:
            return
        time.sleep(_PAUSE_S)


def _watch(runner: int) -> set[int]:
    """The groups that were left when the runner died."""
    groups: set[int] = set()
    rest = b""
    while os.getppid() == runner:
        ready, _, _ = select.select([0], [], [], _LOOK_S)
        if not ready:
            continue
        told = os.read(0, 65536)
        if not told:
            break
        *lines, rest = (rest + told).split(b"\n")
        for line in lines:
            (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))
    return groups


def _marked(mark: bytes) -> list[int]:
    """Process ids with the mark; Linux only, elsewhere none is found."""
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - as few imports as can be
    except OSError:
        return []
    return [int(name) for name in names if name.isdecimal() and _has(name, mark)]


def _has(process: str, mark: bytes) -> bool:
    try:
        with open(f"/proc/{process}/environ", "rb") as file:  # noqa: PTH123 - as above
            return mark in file.read().split(b"\0")
    except OSError:
        return False


def _kill(kill: Callable[[int, int], None], target: int) -> None:
    with suppress(OSError):
        kill(target, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1].encode(), int(sys.argv[2]))
