"""What mutmut found, read from the files it leaves beside each changed module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MUTATED = Path("conductor_core/failure")
"""The folder whose modules are changed; ``tool.mutmut`` in ``pyproject.toml`` names it too."""

_KILLED = frozenset({1, 3})
"""Exit codes of pytest: a test failed, or could not even be set up."""
_TIMED_OUT = frozenset({24, -24, 36, 152, 255})
"""Exit codes by which mutmut tells that the tests ran out of time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of the mutants of one file."""

    mutants: int = 0
    killed: int = 0
    survived: int = 0
    timed_out: int = 0
    """Neither killed nor survived; they count against the share."""

    @property
    def share(self) -> float:
        """Killed among all; 1 of a file that has none."""
        return self.killed / self.mutants if self.mutants else 1.0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.mutants + other.mutants,
            self.killed + other.killed,
            self.survived + other.survived,
            self.timed_out + other.timed_out,
        )


def outcomes(tree: Path) -> dict[str, Outcome]:
    """By file name; every module of the folder is there, also one without mutants."""
    found = {path.name: Outcome() for path in (tree / MUTATED).glob("*.py")}
    for name, codes in _codes(tree):
        found[name] = sum((_of(code) for code in codes.values()), Outcome())
    return found


def survivors(tree: Path) -> Iterator[str]:
    """Names of the mutants that no test has noticed, for ``mutmut show``."""
    for _, codes in _codes(tree):
        yield from (name for name, code in codes.items() if _of(code).survived)


def _codes(tree: Path) -> Iterator[tuple[str, dict[str, int | None]]]:
    for path in sorted((tree / "mutants" / MUTATED).glob("*.py.meta")):
        kept = json.loads(path.read_text("utf-8"))
        yield path.name.removesuffix(".meta"), kept["exit_code_by_key"]


def _of(code: int | None) -> Outcome:
    if code in _KILLED:
        return Outcome(1, killed=1)
    if code in _TIMED_OUT:
        return Outcome(1, timed_out=1)
    return Outcome(1, survived=1)  # also what no test reaches, and what was never tried
