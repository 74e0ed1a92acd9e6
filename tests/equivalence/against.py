"""Holding one performance of a run to what the oracle has foretold."""

from __future__ import annotations

from collections.abc import Iterator

from tests.equivalence.oracle import Step, Told, foretell
from tests.equivalence.stage import Line, Played


def surprises(path: str, step: Step, played: Played) -> Iterator[str]:
    """What differs from the oracle, as sentences."""
    foretold, status = foretell(step)
    record = played.result.steps[path]
    if record.status.value != status:
        yield f"{path}: {record.status.value}, not {status}"
    lines = played.of(path)
    alike = len(lines) == len(foretold) and all(map(_fits, lines, foretold))
    if not alike:
        yield f"{path}: {[line[1:] for line in lines]}, not {[tuple(one) for one in foretold]}"


def _fits(line: Line, told: Told) -> bool:
    if (line.n, line.player, line.error, line.decision) != told[:4]:
        return False
    if isinstance(told.delay, tuple):
        low, high = told.delay
        return low <= line.delay_s <= high
    return line.delay_s == told.delay
