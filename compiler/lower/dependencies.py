"""What a step or a result waits for, as data of the IR."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.analysis.dependencies import Read
from workflow_ir.ids import StepAddress
from workflow_ir.steps import Dependency


def lower_dependencies(reads: Iterable[Read]) -> tuple[Dependency, ...]:
    """One dependency a step read, in the order of first reading."""
    by_address: dict[str, list[Read]] = {}
    for read in reads:
        by_address.setdefault(read.target.address, []).append(read)
    return tuple(
        Dependency(
            on=StepAddress(address),
            because="order" if all(read.ordering for read in found) else "data",
            tolerant=all(_tolerant(read) for read in found),
        )
        for address, found in by_address.items()
    )


def _tolerant(read: Read) -> bool:
    """``needs`` ties a step to another one's success; a guarded read does not."""
    return read.guarded and not read.ordering
