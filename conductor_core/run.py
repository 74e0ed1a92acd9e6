"""One run: which steps may start, their data, their end, and the way backends come in.

The conductor owns every step task. In ``eager`` mode it starts a step as soon as what it reads has
settled; in ``graph`` mode the backend starts it by entering its node. Either way the backend's
node only waits for the outcome (``nodes.enter``).
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from typing import Any, Literal

from conductor_core.beside import Beside
from conductor_core.compensation import Undoing
from conductor_core.end_all import end_all
from conductor_core.evaluator import Evaluator, as_text
from conductor_core.failed import RegionEnded, RunPaused, ScopeFailed
from conductor_core.failure.purse import Purse
from conductor_core.kinds.frame import Frame
from conductor_core.kinds.step import VERBS, conduct
from conductor_core.midway import Midway
from conductor_core.pause import Pause
from conductor_core.pipeline.once import cancelled_by_run
from conductor_core.schedule.slots import Slots, rank
from conductor_core.scope import MapRun, RegionRun, ScopeRun, StepRun
from conductor_core.stage import RunContext, Stage
from workflow_ir.events import EventKind
from workflow_ir.ids import ROOT, RegionPath, RunPath, within
from workflow_ir.outcome import StandardError
from workflow_ir.plan import Region
from workflow_ir.result import StepRecord, StepStatus
from workflow_ir.steps import Layers, Scope, Step, Verb, layers
from workflow_ir.workflow import WorkflowIR

Start = Literal["eager", "graph"]
"""Who starts a step: the conductor, or the framework by entering its node (spec 1)."""


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
        self.pause = Pause(self)
        self.beside = Beside(self)
        self.midway = Midway(ir.root, context.have) if context.have else None
        self.undoing = Undoing(self)
        self._layers: dict[int, Layers] = {}

    # --- the run as a whole -------------------------------------------------------------------

    def open(self) -> None:
        """Enter the top scope. In eager mode its ready steps start now."""
        stage = self.stage
        history = {name: list(tally) for name, tally in stage.context.history.items()}
        known: dict[str, Any] = {"history": history} if history else {}
        stage.emit(
            EventKind.RUN_STARTED,
            melody=self.ir.name,
            ir=self.ir.hash,
            inputs=self.inputs,
            **known,
        )
        stage.purse = Purse(self.ir.policy.budget, began=stage.clock.now())
        region = RegionRun(ROOT, self.graph)
        self.open_region(region)
        self.root = self.open_scope(
            self.ir.root, prefix="", region=region, parent=None, names=self.names_of(self.inputs)
        )

    async def conduct(self) -> None:
        """Wait until every top-level step has settled, or one has failed and all were awaited.

        Raises:
            RegionEnded: The run failed, or it pauses: then ``pause.paused`` holds.
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
        except RunPaused:
            self.close_region(region, failed=True)
            raise RegionEnded(ROOT, None, None) from None
        except asyncio.CancelledError:
            self.close_region(region, failed=True)
            raise
        finally:
            self.pause.over()
            self.stage.clock.release()

    def failing(self) -> bool:
        """A top-level step has failed or we have; the run is being brought to its end."""
        ended = self.failure is not None or self.bug is not None
        return ended or (self.root is not None and self.root.failing())

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
        place: tuple[int, ...] = (),
        of: MapRun | None = None,
        module: str | None = None,
        purse: Purse | None = None,
        in_map: bool = False,
        urgent: bool = False,
    ) -> ScopeRun:
        """Enter a scope: its steps exist from now on, and in eager mode the ready ones start.

        ``complete`` must be called for it.

        Args:
            scope: What is entered.
            prefix: Run path before its steps' ids; with ``/`` at its end for a sub-melody.
            region: Where its steps are nodes.
            parent: The scope round it.
            names: What expressions see beside ``steps``.
            place: Rank of what enters it.
            of: The map or the places it belongs to.
            module: Of the top scope of a sub-melody: its key.
            purse: What it spends from; None: the purse of its parent.
            in_map: It is an item of a map, or stands in one.
            urgent: The conductor starts its steps, in graph mode too.
        """
        done = asyncio.get_running_loop().create_future()
        here = ScopeRun(
            scope, prefix, region, parent, of, names, done,
            purse=purse or (self.stage.purse if parent is None else parent.purse),
            module=module or ("" if parent is None else parent.module),
            sealed=module is not None,
            in_map=in_map,
            urgent=urgent,
        )  # fmt: skip
        for number, step in enumerate(scope.steps):
            path = RunPath(prefix + step.id if prefix.endswith("/") else within(prefix, step.id))
            turn = rank(step.priority, (*place, number), step.weight)
            here.steps[step.id] = StepRun(step, path, here, StepRecord(path), turn)
        if parent is None and self.midway is not None:
            self.midway.hand_in(self, here)
        lost: list[tuple[StepRun, StepRun]] = []
        for one in here.steps.values():
            region.steps[one.step.address] = one
            for dependency in one.step.depends:
                other = here.find(dependency.on)
                if other is None:
                    continue
                if not other.record.status.settled:
                    other.readers.append(one)
                    one.waiting += 1
                elif self.finish_independent and other.lost() and not dependency.tolerant:
                    lost.append((one, other))
        here.unsettled = sum(not one.record.status.settled for one in here.steps.values())
        for dependency in scope.depends:
            other = here.find(dependency.on)
            if other is not None and not other.record.status.settled:
                other.results.append(here)
                here.unsettled += 1
        self.settle(*(one for one, other in lost if self.drop(one, other)))
        if parent is None and self.midway is not None:
            self.midway.begin(self, here)
        self.start_ready(here.steps.values())
        if here.unsettled == 0:
            self.stage.wake(done)
        return here

    async def complete(self, scope: ScopeRun) -> None:
        """Wait until a scope has settled; whoever calls holds a token.

        Raises:
            ScopeFailed: One of its steps failed. All its tasks were cancelled and awaited.
        """
        try:
            await self.stage.park(scope.done)
        except asyncio.CancelledError:
            scope.cancelled = True
            await self.cancel(scope.steps.values())
            raise
        if self.bug is not None:
            await self.cancel(scope.steps.values())
            raise self.bug
        if self.pause.paused:
            scope.cancelled = True
            await self.cancel(scope.steps.values())
            raise RunPaused
        if scope.failure is not None:
            await self.cancel(scope.steps.values())
            raise ScopeFailed(*scope.failure)

    async def cancel(self, steps: Iterable[StepRun]) -> None:
        """Cancel the tasks of these steps and wait for all of them.

        Raises:
            asyncio.CancelledError: The caller is cancelled; they were waited for all the same.
        """
        begun = [step for step in steps if step.task is not None]
        try:
            await end_all([step.task for step in begun if step.task is not None])
        finally:
            for step in begun:
                if not step.began:  # cancelled before its first line ran: it has never started
                    step.began = True
                    self.stage.clock.release()

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
        self.settle(step)

    async def _perform(self, step: StepRun) -> None:
        step.began = True
        record = step.record
        try:
            try:
                if not self.wants(step.home):  # a step that began at the same moment has failed
                    return
                await conduct(self, step)
            except asyncio.CancelledError:
                if self.pause.paused:  # it goes on when the run does
                    return
                if not record.status.settled:
                    record.status, record.error = StepStatus.CANCELLED, cancelled_by_run()
            self.finished(step.path, record)
            if self.wants(step.home):  # else all of it is being cancelled and awaited
                self.settle(step)
        except Exception as bug:  # noqa: BLE001  a bug of ours: the run must not wait for ever
            self.broke(bug)
        finally:
            step.opened.set()
            step.settled.set()
            self.stage.clock.release()

    def wants(self, scope: ScopeRun, of: MapRun | None = None) -> bool:
        """Something new may start there: nothing round it has failed, no map has its verdict."""
        if self.bug is not None or scope.ending() or scope.decided():
            return False
        if of is not None and of.done.done():
            return False
        return self.finish_independent or not scope.failing()

    def settle(self, *steps: StepRun) -> None:
        """Tell those who waited for steps that have come to their own end."""
        settled = deque(steps)
        while settled:  # not by recursion: a chain of dependants may be long
            settled.extend(self._tell(settled.popleft()))

    def _tell(self, step: StepRun) -> list[StepRun]:
        """Tell those who waited for a step; returns steps that have settled without it."""
        scope, dropped = step.home, []
        if step.lost():
            assert step.record.error is not None
            scope.failure = scope.failure or (step.failed_at or step.path, step.record.error)
            if not self.finish_independent:
                self.stage.wake(scope.done)
                return []
            dropped = [one for one in step.readers if needs(one, step) and self.drop(one, step)]
        for result in step.results:
            self._count_down(result)
        for reader in step.readers:
            reader.waiting -= 1
        for future in step.watchers:
            self.stage.wake(future)
        self.start_ready(step.readers)
        self._count_down(scope)
        return dropped

    def _count_down(self, scope: ScopeRun) -> None:
        scope.unsettled -= 1
        if scope.unsettled == 0:
            self.stage.wake(scope.done)

    def start_ready(self, steps: Iterable[StepRun]) -> None:
        """Start the steps that wait for nothing: higher priority first, then file order.

        In graph mode the framework starts them, but for those that are waited for beside it and
        those that undo the run.
        """
        all_of_them = self.eager or self.undoing.begun
        ready = [
            step
            for step in steps
            if step.waiting == 0
            and (all_of_them or step.urgent or step.home.urgent)
            and not step.held
            and step.record.status is StepStatus.PENDING
            and step.task is None
            and self.wants(step.home)
        ]
        for step in sorted(ready, key=lambda one: one.rank):
            self.start(step)

    def drop(self, step: StepRun, failed: StepRun) -> bool:
        """Under ``finish_independent``: a step that cannot do without a failed one never runs."""
        if step.record.status is not StepStatus.PENDING or step.task is not None or step.held:
            return False
        step.record.status = StepStatus.CANCELLED
        step.record.error = StandardError.of(
            "dependency.failed", f"{failed.path} failed", origin="conductor"
        )
        self.finished(step.path, step.record)
        step.opened.set()
        step.settled.set()
        return True

    # --- what handlers need -------------------------------------------------------------------

    async def perform_verb(self, verb: Verb, frame: Frame) -> None:
        """Let the handler of a verb perform it."""
        await VERBS[type(verb)](self, verb, frame)

    def layers(self, step: Step) -> Layers:
        """The wrappers and the verb of a step."""
        found = self._layers.get(id(step))  # not by address: sub-melodies have their own
        if found is None:
            found = self._layers[id(step)] = layers(step)
        return found

    def module(self, key: str) -> WorkflowIR:
        """The Melody itself for the empty key, else the sub-melody of that hash."""
        return self.ir.modules[key] if key else self.ir

    def fallback_order(self, player: str, module: str = "") -> tuple[str, ...]:
        """A player and those that take over after it, each once, in order."""
        players = self.module(module).players
        order: list[str] = []
        ahead = [player]
        while ahead:
            name = ahead.pop(0)
            if name not in order:
                order.append(name)
                spec = players.get(name)
                if spec is not None:
                    ahead = [*spec.fallback, *ahead]
        return tuple(order)

    def names_of(self, inputs: dict[str, Any]) -> dict[str, object]:
        """What the top scope of a Melody or sub-melody sees beside its steps."""
        secrets = self.stage.context.secrets
        return {"inputs": inputs, "secrets": secrets} if secrets else {"inputs": inputs}

    def finished(self, path: str, record: StepRecord) -> None:
        """Write the end of a performance into the journal."""
        self.stage.emit(EventKind.STEP_FINISHED, path, record=record.to_record())

    def text(self, value: Any) -> str:
        """A value as it stands in a text (spec 8, Expressions)."""
        return as_text(value)


def needs(reader: StepRun, step: StepRun) -> bool:
    """The reader cannot do without that step's output."""
    return any(one.on == step.step.address and not one.tolerant for one in reader.step.depends)
