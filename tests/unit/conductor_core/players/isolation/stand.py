"""Asking hostile players as the conductor asks them, and what is left of processes afterwards."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from conductor_core.attempt import attempt
from conductor_core.clock.real import RealClock
from conductor_core.failure.deadline import Limits
from conductor_core.players.isolation.guard import RUNNER, guard
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Clock, Grant, Player
from tests.unit.conductor_core.players.asking import request
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Player as PlayerData
from workflow_ir.players import PythonPlayer
from workflow_ir.policy import Policy

PATIENCE_S = 30.0
"""The limit of calls that are to end by themselves."""


def python(target: str, isolation: Any = None, **facts: Any) -> PythonPlayer:
    return PythonPlayer(kind="python", target=target, isolation=isolation, **facts)


def troupe(folder: Path, **players: PlayerData) -> Troupe:
    return Troupe(players, folder, allow=Allow(python=("*",), command=("sh", "python3")))


def found(of: Troupe, name: str) -> Player:
    player = of.find(name, name, name)
    assert not isinstance(player, StandardError), player
    return player


async def ask(
    of: Troupe,
    name: str,
    with_: dict[str, Any] | None = None,
    /,
    *,
    limit_s: float = PATIENCE_S,
    clock: Clock | None = None,
    **granted: Any,
) -> Success | StandardError:
    """One attempt under a time limit and the grants that are given."""
    clock = RealClock() if clock is None else clock
    clock.hold()
    limits = Limits.of(Policy(timeout_s=limit_s), None, clock.now())
    bounds = Grant(deadline=None, **granted)
    try:
        asked = request(with_ or {}, player=name)
        return await attempt(found(of, name), asked, limits, clock, bounds)
    finally:
        clock.release()


def told(answer: Success | StandardError) -> Any:
    """The code of a failure, or the output."""
    return answer.code if isinstance(answer, StandardError) else answer.output


def children() -> list[int]:
    """Living processes that this runner has started, by its mark."""
    mark = f"{RUNNER}={guard().mark}".encode()
    return [pid for pid in _processes() if mark in _environment(pid).split(b"\0")]


def alive(pid: int) -> bool:
    """Whether a process goes on; a zombie does not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in "ZX"


def all_gone(pids: list[int], within_s: float = 20.0) -> bool:
    """Whether the processes end; what is killed needs a moment to be gone."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if not any(map(alive, pids)):
            return True
        time.sleep(0.01)
    return False


async def wait_for(file: Path) -> str:
    """The text of a file, once a player has written all of it."""
    while not (text := _whole(file)):  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.01)
    return text


def _whole(file: Path) -> str:
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return text if text.endswith("\n") else ""


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes() if pid != os.getpid() else b""
    except OSError:
        return b""
