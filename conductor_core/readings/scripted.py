"""Readings out of a script: everything is healthy and there is plenty, unless it says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from conductor_core.players.script import Script

GENEROUS: Mapping[str, float] = {
    "memory_free": 64 * 10**9,
    "cpu_free": 1.0,
    "disk_free": 10**12,
}
"""The machine of every scripted run, so that runs are equal wherever they are made."""


@dataclass(frozen=True, slots=True)
class ScriptedReadings:
    """Reads what a script tells; implements ``ports.Readings``. One for each run.

    A list is consumed reading by reading, the last entry repeats.
    """

    script: Script
    blocks: bool = field(default=False, init=False)
    _read: Counter[str] = field(default_factory=Counter, init=False)

    def health(self, name: str) -> bool:
        """As the script's ``health`` says of this name, else true."""
        told = self.script.health.get(name, (True,))
        return told[self._place(f"health {name}", len(told))]

    def host(self) -> Mapping[str, float]:
        """The generous machine, with what the script's ``host`` says."""
        told = {
            name: values[self._place(f"host {name}", len(values))]
            for name, values in self.script.host.items()
        }
        return {**GENEROUS, **told}

    def _place(self, key: str, length: int) -> int:
        place = min(self._read[key], length - 1)
        self._read[key] += 1
        return place
