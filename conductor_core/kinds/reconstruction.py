"""``reconstruct``: the later or independent artifact that a missing output is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conductor_core.scope import StepRun
from workflow_ir.expressions import EvaluationError
from workflow_ir.reads import steps_read_in
from workflow_ir.steps import Reconstruct

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


@dataclass(frozen=True, slots=True)
class Artifact:
    """What ``from`` reads; implements ``performance.Reconstruction``."""

    run: Run
    frame: Frame
    written: Reconstruct

    @property
    def player(self) -> str:
        """Who makes the output of it."""
        return self.written.player

    @property
    def sources(self) -> tuple[str, ...]:
        """Run paths of the steps that ``from`` reads."""
        return tuple(step.path for step in self._steps())

    def possible(self) -> bool:
        """It can be told now; or it will come about without the step that asks.

        What has failed, was skipped or is a gap gives nothing, unless ``from`` says what then.
        """
        steps = self._steps()
        if all(step.record.status.settled for step in steps):
            return self._value() is not None
        beside = self.run.beside
        return all(beside.would_settle(step, self.frame.step) for step in steps)

    async def value(self) -> dict[str, Any] | None:
        """Wait for it. None: it did not come about, or waits itself for the step that asks.

        A value that is no map is the member ``source`` of one.
        """
        for step in self._steps():
            if not await self.run.beside.settled(step, self.frame.step):
                return None
        return self._value()

    def _value(self) -> dict[str, Any] | None:
        try:
            value = self.run.stage.evaluator.value(self.written.source)(self.frame.env)
        except EvaluationError:
            return None
        return value if isinstance(value, dict) else {"source": value}

    def _steps(self) -> tuple[StepRun, ...]:
        found = []
        for name in steps_read_in(self.written.source):
            scope = self.frame.scope
            while (step := scope.steps.get(name)) is None:
                outer = scope.seen_from_inside()
                if outer is None:
                    break
                scope = outer
            if step is not None:
                found.append(step)
        return tuple(found)


def reconstruction(run: Run, frame: Frame) -> Artifact | None:
    """Of a performance; None: none is written, or it is a map as a whole: each item has its own."""
    guard = frame.guard
    if guard is None or guard.reconstruct is None:
        return None
    whole = frame.item_of is None and run.layers(frame.step.step).each is not None
    return None if whole else Artifact(run, frame, guard.reconstruct)
