"""What a handler works on: one performance of a verb, as a step or as an item of a map."""

from __future__ import annotations

from dataclasses import dataclass

from conductor_core.scope import Names, RegionRun, ScopeRun, StepRun
from workflow_ir.ids import RunPath
from workflow_ir.result import StepRecord
from workflow_ir.steps import Guard


@dataclass(slots=True)
class Frame:
    """One performance; ``place`` is the step itself, or the item of its map."""

    step: StepRun
    place: StepRun
    path: RunPath
    record: StepRecord
    scope: ScopeRun
    """The scope that inner scopes are entered from."""
    region: RegionRun
    """The region that inner scopes belong to."""
    env: Names
    guard: Guard | None

    @property
    def in_map(self) -> bool:
        """It is an item of a map, or lies inside of one."""
        return self.place is not self.step or bool(self.region.path)
