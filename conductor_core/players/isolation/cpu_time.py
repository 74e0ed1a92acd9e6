"""Processor time that another process has used."""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")


def cpu_time_s(pid: int) -> float | None:
    """Seconds of all its threads, without children; None where the system does not tell."""
    try:
        text = (_PROCESSES / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None
