"""One run: which steps may start, their data, their end, and the way backends come in.

The conductor owns every step task. In ``eager`` mode it starts a step as soon as what it reads has
settled; in ``graph`` mode the backend starts it by entering its node. Either way the backend's
node only waits for the outcome (``nodes.enter``).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from conductor_core.evaluator import Evaluator, as_text
from conductor_core.failed import RegionEnded, ScopeFailed
from conductor_core.kinds.frame import Frame
from conductor_core.kinds.step import VERBS, conduct
from conductor_core.perform import cancelled_by_run, unperformed
from conductor_core.schedule.slots import Slots
from conductor_core.scope import RegionRun, ScopeRun, StepRun
from conductor_core.stage import RunContext, Stage
from workflow_ir.events import EventKind
from workflow_ir.expressions import EvaluationError
from workflow_ir.ids import ROOT, RegionPath, RunPath, within
from workflow_ir.outcome import StandardError
from workflow_ir.plan import Region
from workflow_ir.result import StepRecord, StepStatus
from workflow_ir.steps import (
    PRIORITY_SCORE,
    Branch,
    ForEach,
    Guard,
    Play,
    Scope,
    Set,
    Step,
    When,
    layers,
)
from workflow_ir.workflow import WorkflowIR

Start = Literal["eager", "graph"]
"""Who starts a step: the conductor, or the framework by entering its node (spec 1)."""

Layers = tuple[When | None, ForEach | None, Guard | None, Play | Set | Branch]


class Run:
    """The state and the doings of one run.

    Args:
        ir: The workflow.
        graph: Its plan, as the backend built it.
        inputs: Checked inputs, defaults filled in.
        context: Ports and seed.
        start: Who starts steps.
        evaluator: Closures of this IR from an earlier run, to save compiling them again.
    """

    def __init__(
        self,
        ir: WorkflowIR,
        graph: Region,
        inputs: dict[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
        evaluator: Evaluator | None = None,
    ) -> None:
        self.ir = ir
        self.graph = graph
        self.inputs = inputs
        self.eager = start == "eager"
        self.stage = Stage(context, Slots(ir.policy.concurrency), evaluator or Evaluator())
        self.regions: dict[RegionPath, RegionRun] = {}
        self.entries: Counter[tuple[RegionPath, str]] = Counter()
        self.finish_independent = ir.policy.on_step_failure == "finish_independent"
        self.root: ScopeRun | None = None
        self.failure: tuple[str, StandardError] | None = None
        self.bug: Exception | None = None
        self._layers: dict[str, Layers] = {}

    # --- the run as a whole -------------------------------------------------------------------

    def open(self) -> None:
        """Enter the top scope. In eager mode its ready steps start now."""
        stage = self.stage
        stage.emit(EventKind.RUN_STARTED, melody=self.ir.name, ir=self.ir.hash, inputs=self.inputs)
        region = RegionRun(ROOT, self.graph)
        self.open_region(region)
        self.root = self.open_scope(
            self.ir.root, prefix="", region=region, parent=None, names={"inputs": self.inputs}
        )

    async def conduct(self) -> None:
        """Wait until every top-level step has settled, or one has failed and all were awaited.

        Raises:
            RegionEnded: The run failed.
        """
        assert self.root is not None
        region = self.regions[ROOT]
        self.stage.clock.hold()
        try:
            await self.complete(self.root)
        except ScopeFailed as failed:
            self.failure = (failed.path, failed.error)
            self.close_region(region, failed=True)
            raise RegionEnded(ROOT, failed.path, failed.error) from None
        except asyncio.CancelledError:
            self.close_region(region, failed=True)
            raise
        finally:
            self.stage.clock.release()

    def failing(self) -> bool:
        """A top-level step has failed; the run is being brought to its end."""
        return self.failure is not None or (self.root is not None and self.root.failing())

    def broke(self, bug: Exception) -> None:
        """A bug of ours below: end the run instead of waiting for ever."""
        self.bug = self.bug or bug
        if self.root is not None:
            self.stage.wake(self.root.done)

    # --- regions and scopes -------------------------------------------------------------------

    def open_region(self, region: RegionRun) -> None:
        """Make a region known under its run path."""
        self.regions[region.path] = region

    def close_region(self, region: RegionRun, *, failed: bool) -> None:
        """Nothing more happens in it; whoever waits at one of its nodes is let go."""
        region.over = failed
        region.ended.set()
        if failed:
            for step in region.steps.values():
                step.opened.set()
                step.settled.set()

    def open_scope(
        self,
        scope: Scope,
        *,
        prefix: str,
        region: RegionRun,
        parent: ScopeRun | None,
        names: dict[str, object],
    ) -> ScopeRun:
        """Enter a scope: its steps exist from now on, and in eager mode the ready ones start."""
        done = asyncio.get_running_loop().create_future()
        here = ScopeRun(scope, prefix, region, parent, names, done)
        for step in scope.steps:
            path = RunPath(within(prefix, step.id))
            here.steps[step.id] = StepRun(step, path, here, StepRecord(path))
        for one in here.steps.values():
            region.steps[one.step.address] = one
            for dependency in one.step.depends:
                other = here.find(dependency.on)
                if other is not None and not other.record.status.settled:
                    other.readers.append(one)
                    one.waiting += 1
        here.unsettled = len(here.steps)
        for dependency in scope.depends:
            other = here.find(dependency.on)
            if other is not None and not other.record.status.settled:
                other.results.append(here)
                here.unsettled += 1
        if self.eager:
            self._start_ready(here.steps.values())
        return here

    async def complete(self, scope: ScopeRun) -> None:
        """Wait until a scope has settled; whoever calls holds a token.

        Raises:
            ScopeFailed: One of its steps failed. All its tasks were cancelled and awaited.
        """
        try:
            if scope.unsettled > 0 and scope.failure is None:
                await self.stage.park(scope.done)
        except asyncio.CancelledError:
            await self._cancel_scope(scope)
            raise
        if self.bug is not None:
            await self._cancel_scope(scope)
            raise self.bug
        if scope.failure is not None:
            await self._cancel_scope(scope)
            raise ScopeFailed(*scope.failure)

    async def _cancel_scope(self, scope: ScopeRun) -> None:
        steps = [step for step in scope.steps.values() if step.task is not None]
        await self.cancel_tasks([step.task for step in steps if step.task is not None])
        for step in steps:
            if not step.began:  # cancelled before its first line ran: it has never started
                step.began = True
                step.record.status = StepStatus.PENDING
                self.stage.clock.release()

    async def cancel_tasks(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        """Cancel tasks and wait for all of them, however often the caller is cancelled."""
        going_on = {task for task in tasks if not task.done()}
        for task in going_on:
            task.cancel()
        while going_on:
            try:
                _, going_on = await asyncio.wait(going_on)
            except asyncio.CancelledError:
                continue

    # --- steps --------------------------------------------------------------------------------

    def start(self, step: StepRun) -> None:
        """Begin a step; its token is taken at once, so that time stands still until it runs."""
        self.stage.clock.hold()
        step.task = asyncio.get_running_loop().create_task(self._perform(step))

    def recall(self, step: StepRun, record: StepRecord) -> None:
        """Settle a step as it was recorded earlier; nothing is performed."""
        step.record = record
        step.opened.set()
        step.settled.set()
        self._settle(step)

    async def _perform(self, step: StepRun) -> None:
        step.began = True
        try:
            await conduct(self, step)
        except asyncio.CancelledError:
            if not step.record.status.settled:
                step.record.status = StepStatus.CANCELLED
                step.record.error = cancelled_by_run()
            self.finished(step.path, step.record)
        except Exception as bug:  # noqa: BLE001  a bug of ours: the run must not wait for ever
            self.broke(bug)
        else:
            self.finished(step.path, step.record)
            self._settle(step)
        finally:
            step.opened.set()
            step.settled.set()
            self.stage.clock.release()

    def _settle(self, step: StepRun) -> None:
        """Tell those who waited for a step that has come to its own end."""
        scope, record = step.home, step.record
        if record.status in (StepStatus.FAILED, StepStatus.CANCELLED):
            assert record.error is not None
            scope.failure = scope.failure or (step.failed_at or step.path, record.error)
            if not self.finish_independent:
                self.stage.wake(scope.done)
                return
            self._cancel_readers(step)
        for result in step.results:
            self._count_down(result)
        for reader in step.readers:
            reader.waiting -= 1
        if self.eager:
            self._start_ready(step.readers)
        self._count_down(scope)

    def _count_down(self, scope: ScopeRun) -> None:
        scope.unsettled -= 1
        if scope.unsettled == 0:
            self.stage.wake(scope.done)

    def _start_ready(self, steps: Iterable[StepRun]) -> None:
        """Start the steps that wait for nothing: higher priority first, then file order."""
        ready = [
            step
            for step in steps
            if step.waiting == 0
            and step.record.status is StepStatus.PENDING
            and step.task is None
            and (self.finish_independent or not step.home.failing())
        ]
        for step in sorted(ready, key=lambda one: -PRIORITY_SCORE[one.step.priority]):
            self.start(step)

    def _cancel_readers(self, failed: StepRun) -> None:
        """Under ``finish_independent``: steps that cannot do without the failed one never run."""
        for reader in failed.readers:
            needs = any(
                dependency.on == failed.step.address and not dependency.tolerant
                for dependency in reader.step.depends
            )
            if needs and reader.record.status is StepStatus.PENDING and reader.task is None:
                reader.record.status = StepStatus.CANCELLED
                reader.record.error = StandardError.of(
                    "dependency.failed", f"{failed.path} failed", origin="conductor"
                )
                self.finished(reader.path, reader.record)
                reader.opened.set()
                reader.settled.set()
                self._settle(reader)

    # --- what handlers need -------------------------------------------------------------------

    async def verb(self, step: Step, frame: Frame) -> None:
        """Let the handler of a step's verb perform it."""
        verb = self.layers(step)[3]
        await VERBS[type(verb)](self, verb, frame)

    def layers(self, step: Step) -> Layers:
        """The wrappers and the verb of a step."""
        found = self._layers.get(step.address)
        if found is None:
            found = self._layers[step.address] = layers(step)
        return found

    def fallback_order(self, player: str) -> tuple[str, ...]:
        """A player and those that take over after it, each once, in order."""
        order: list[str] = []
        ahead = [player]
        while ahead:
            name = ahead.pop(0)
            if name not in order:
                order.append(name)
                spec = self.ir.players.get(name)
                if spec is not None:
                    ahead = [*spec.fallback, *ahead]
        return tuple(order)

    def finished(self, path: str, record: StepRecord) -> None:
        """Write the end of a performance into the journal."""
        self.stage.emit(EventKind.STEP_FINISHED, path, record=record.to_record())

    def unevaluated(self, problem: EvaluationError, frame: Frame) -> None:
        """Settle a performance whose own expressions could not be evaluated."""
        error = StandardError.of(problem.code, str(problem), origin="conductor")
        unperformed(error, frame.guard, frame.record, gap_accepted=True)

    def output_error(self, name: str, problem: EvaluationError) -> StandardError:
        """An output of the Melody that cannot be evaluated fails the run."""
        return StandardError.of(problem.code, f"output {name!r}: {problem}", origin="conductor")

    def text(self, value: Any) -> str:
        """A value as it stands in a text (spec 8, Expressions)."""
        return as_text(value)
