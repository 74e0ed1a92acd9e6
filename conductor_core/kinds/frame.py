"""What a handler works on: one performance of a verb, as a step or as an item of a map."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conductor_core.failure.purse import Purse
from conductor_core.scope import MapRun, Names, RegionRun, ScopeRun, StepRun
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
    item_of: MapRun | None = None
    """The map whose item it is."""
    paid_by: Purse | None = None
    """What it spends from; None: the purse of its scope."""

    @property
    def in_own_region(self) -> bool:
        """What it performs stands in a graph of its own already: an item of a map."""
        return self.region is not self.step.home.region

    def within(self, place: StepRun, region: RegionRun) -> Frame:
        """The same performance, told at a place below, in a region of its own."""
        return replace(self, place=place, region=region)

    @property
    def urgent(self) -> bool:
        """Somebody waits for it beside the graph: the conductor starts what is inside."""
        return self.step.urgent or self.step.home.urgent

    @property
    def in_map(self) -> bool:
        """It is an item of a map, or lies inside of one."""
        return self.item_of is not None or self.scope.in_map

    @property
    def purse(self) -> Purse:
        """What it spends from."""
        return self.paid_by or self.scope.purse
