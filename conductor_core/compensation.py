"""Undoing: what compensates for the steps of a run that failed or was cancelled (spec 4, spec 8).

Whatever succeeded and says how it is undone is remembered in the order in which it ended. When
the run has failed or was cancelled, after all of it was awaited and before it is told, these are
undone one after the other, the last one first, each at ``PATH~compensate``.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from conductor_core.failure.purse import Purse
from conductor_core.kinds.contained import contained
from conductor_core.kinds.frame import Frame
from conductor_core.kinds.settling_faults import settling_faults
from conductor_core.pipeline.once import cancelled_by_run
from conductor_core.scope import RegionRun, ScopeRun, StepRun
from workflow_ir.events import EventKind
from workflow_ir.ids import RegionPath, RunPath, StepAddress, StepId
from workflow_ir.plan import plan_of
from workflow_ir.result import StepRecord, StepStatus
from workflow_ir.steps import Guard, Scope, Step

if TYPE_CHECKING:
    from conductor_core.run import Run


class Undoing:
    """What is to be undone, and what was.

    It is paid from a purse of its own: a run that has no money or time left is undone all the
    same. Policy's other bounds hold.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._remembered: list[Frame] = []
        self._interrupted = 0
        self.begun = False
        """Nothing that succeeds from now on is to be undone."""
        self.places: list[StepRun] = []
        """What was done to undo, in its order; entries of the result."""

    def remember(self, frame: Frame) -> None:
        """A performance has ended; it is undone later if it succeeded and says how."""
        undoes = frame.guard is not None and frame.guard.compensate is not None
        if undoes and frame.record.status.ok and not self.begun:
            self._remembered.append(frame)

    def left(self) -> list[str]:
        """Run paths of what was to be undone and was not begun, the next one first."""
        return [frame.path for frame in reversed(self._remembered)]

    def interrupt(self) -> None:
        """Somebody wants the end. The first time that is the run's; then also that of undoing."""
        self._interrupted += 1

    async def undo(self) -> None:
        """Undo everything once; a second call does nothing.

        A run that is cancelled is undone all the same: it takes a second cancellation to end that.

        Raises:
            asyncio.CancelledError: The caller was cancelled meanwhile; nothing goes on any more.
        """
        if self.begun:
            return
        self.begun = True
        if not self._remembered or self._interrupted > 1:
            return
        cancelled = False
        work = asyncio.get_running_loop().create_task(self._undo_all())
        while not work.done():
            try:
                await asyncio.wait({work})
            except asyncio.CancelledError:
                cancelled = True
                self.interrupt()
                if self._interrupted > 1:
                    work.cancel()
        if not work.cancelled():
            work.result()
        if cancelled:
            raise asyncio.CancelledError

    async def _undo_all(self) -> None:
        stage = self._run.stage
        purse = Purse(None, "what undoes the run", stage.clock.now())
        stage.clock.hold()
        try:
            while self._remembered:
                await self._undo(self._remembered.pop(), purse)
        finally:
            stage.clock.release()
            stage.purse.usd += purse.usd
            stage.purse.tokens += purse.tokens

    async def _undo(self, done: Frame, purse: Purse) -> None:
        run, frame = self._run, self._frame(done, purse)
        record = frame.record
        record.status = StepStatus.RUNNING
        self.places.append(frame.place)
        run.stage.emit(EventKind.STEP_STARTED, frame.path)
        try:
            async with settling_faults(run, frame):
                await contained(run, run.layers(frame.step.step).verb, frame)
        except asyncio.CancelledError:
            record.status, record.error = StepStatus.CANCELLED, cancelled_by_run()
            raise
        finally:
            run.finished(frame.path, record)

    def _frame(self, done: Frame, purse: Purse) -> Frame:
        """A scope with one step, beside the scopes of the run, which have ended."""
        guard = done.guard
        assert guard is not None
        assert guard.compensate is not None
        body, path = guard.compensate.body, RunPath(f"{done.path}~compensate")
        address = StepAddress(f"{done.step.step.address}~compensate")
        step = Step(id=StepId("compensate"), address=address, body=body)
        scope = Scope(steps=(step,))
        region = RegionRun(RegionPath(path), plan_of(scope, self._run.ir.modules))
        env = done.env.adding(output=done.record.output)
        env.moment = self._run.stage.clock.now()
        home = ScopeRun(
            scope, path, region, None, None, env,
            asyncio.get_running_loop().create_future(), purse=purse, module=done.scope.module,
        )  # fmt: skip
        place = StepRun(step, path, home, StepRecord(path), done.place.rank)
        region.steps[address] = place
        return Frame(
            place, place, path, place.record, home, region, env,
            body if isinstance(body, Guard) else None,
        )  # fmt: skip
