"""The machine as it is: free memory, processor and disk; whether a player could be started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conductor_core.players.argv import written_program
from workflow_ir.players import CommandPlayer, Player

_MEMINFO = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """Reads this machine; implements ``ports.Readings``.

    Players have no state yet, so a player is healthy if it could be started: of a command player
    every program is found. Nothing is known of other services: they are not healthy.
    """

    folder: Path = field(default_factory=Path)
    """Where commands run; the disk is that of this folder."""
    players: Mapping[str, Player] = field(default_factory=dict)
    """Those of the Melody and of its sub-melodies."""
    blocks: bool = field(default=True, init=False)

    def health(self, name: str) -> bool:
        """Whether a player could be started."""
        player = self.players.get(name)
        if isinstance(player, CommandPlayer):
            programs = [written_program(command) for command in player.commands]
            return all(program is None or self._found(program) for program in programs)
        return player is not None

    def host(self) -> Mapping[str, float]:
        """``memory_free``, ``disk_free`` (bytes) and ``cpu_free`` (0 to 1)."""
        return {
            "memory_free": memory_free(),
            "cpu_free": cpu_free(),
            "disk_free": shutil.disk_usage(self.folder).free,
        }

    def _found(self, program: str) -> bool:
        if os.sep in program:
            return os.access(self.folder / program, os.X_OK)
        return shutil.which(program) is not None


def cpu_free() -> float:
    """The share of the processors that the load of the last minute leaves."""
    load, *_ = os.getloadavg()
    return round(min(1.0, max(0.0, 1.0 - load / (os.cpu_count() or 1))), 3)


def memory_free() -> int:
    """Bytes that a new program could have without swapping."""
    if _MEMINFO.exists():
        return from_meminfo(_MEMINFO.read_text(encoding="ascii", errors="replace"))
    told = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=True)
    return from_vm_stat(told.stdout)


def from_meminfo(text: str) -> int:
    """Linux: ``MemAvailable`` of ``/proc/meminfo``.

    >>> from_meminfo("MemAvailable:  40 kB")
    40960
    """
    found = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def from_vm_stat(text: str) -> int:
    """macOS: the pages that ``vm_stat`` tells as free, inactive, speculative or purgeable."""
    size = re.search(r"page size of (\d+) bytes", text)
    kinds = r"^Pages (?:free|inactive|speculative|purgeable):\s+(\d+)\."
    pages = re.findall(kinds, text, re.MULTILINE)
    return sum(map(int, pages)) * (int(size[1]) if size else 4096)
