"""The end of a run that can only wait: nobody answers, and nothing else is left to happen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from conductor_core.ports import Timer
from workflow_ir.result import StepStatus

if TYPE_CHECKING:
    from conductor_core.run import Run
    from conductor_core.scope import StepRun

PATIENCE_S = 2.0
"""Graph mode: how long a framework may do without entering a node that is ready, while somebody
is waited for, real seconds. Some enter it only after the waiting step's end, which never comes."""


class Pause:
    """Whether a run pauses (spec 3, Durability: a run pauses when only waits remain)."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.paused = False
        """Everything was stopped; steps that wait keep their status, and those round them."""
        self._waiting = 0
        self._watch: Timer | None = None
        self._patience: asyncio.TimerHandle | None = None

    async def wait(self) -> None:
        """Wait for somebody who does not come; only a cancellation ends this."""
        if self._watch is None:
            self._watch = self._run.stage.clock.when_idle(self._quiet)
        self._waiting += 1
        try:
            await self._run.stage.park(asyncio.get_running_loop().create_future())
        finally:
            self._waiting -= 1

    def over(self) -> None:
        """The run has ended; nothing is watched any more."""
        for timer in (self._watch, self._patience):
            if timer is not None:
                timer.cancel()

    def _quiet(self) -> None:
        if self._waiting == 0:
            return
        if not any(_unbegun(self._run)):
            self._end()
        elif self._patience is None:
            self._be_patient()

    def _be_patient(self) -> None:
        entered = self._run.entries.total()
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(PATIENCE_S, self._look_again, entered)

    def _look_again(self, entered: int) -> None:
        self._patience = None
        if self._waiting == 0:
            return
        if self._run.entries.total() == entered:
            self._end()
        else:
            self._be_patient()

    def _end(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
        root = self._run.root
        if root is not None and not root.done.done():
            self.paused = True
            self._run.stage.wake(root.done)


def _unbegun(run: Run) -> Iterator[StepRun]:
    """Graph mode: steps and items that could begin, if the framework entered their nodes."""
    for region in run.regions.values():
        for step in region.steps.values():
            ready = step.waiting == 0 and step.record.status is StepStatus.PENDING
            if ready and step.task is None and not step.held and run.wants(step.home):
                yield step
            for item in () if step.map is None else step.map.items:
                begun = item.hidden or item.place.task is not None or item.place.settled.is_set()
                if not begun and run.wants(step.home, step.map):
                    yield item.place
