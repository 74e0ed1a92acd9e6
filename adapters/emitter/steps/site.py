"""Where a verb stands: the step, its guard, and the function that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.emitter.regions.step_names import StepNames
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.writing import Writing
from workflow_ir.steps import Guard, Step


@dataclass(frozen=True, slots=True)
class Site:
    """What every verb may ask while it is written."""

    writing: Writing
    step: Step
    guard: Guard | None
    scene: Scene
    """Of the function that is written."""

    @property
    def names(self) -> StepNames:
        """What is called how of the step."""
        return self.writing.names(self.step)
