"""A run that starts from the middle: some outputs are handed in (``--have``, spec 4).

What only served to make them is skipped. Of what comes before them and is needed all the same, a
step with ``reconstruct`` is made of the later artifact first, without its own inputs; what those
would need waits meanwhile, and is skipped or performed as that turns out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from conductor_core.border import copied
from conductor_core.failure.situation import Decision
from conductor_core.kinds.frame import Frame
from conductor_core.kinds.unasked import unasked
from conductor_core.perform import tell
from conductor_core.pipeline.once import cancelled_by_run
from conductor_core.recovery.reconstruct import reconstructed
from conductor_core.scope import ScopeRun, StepRun
from workflow_ir.events import EventKind
from workflow_ir.policy import Rung
from workflow_ir.reads import steps_read_in, waits_for
from workflow_ir.result import StepStatus
from workflow_ir.steps import Play, Scope, Step, layers, scopes_of

if TYPE_CHECKING:
    from conductor_core.run import Run


class Midway:
    """Which steps of the top scope are performed.

    Args:
        scope: The top scope.
        have: By step id: the output that was handed in; it meets the step's schema.
    """

    def __init__(self, scope: Scope, have: Mapping[str, Any]) -> None:
        self.have = have
        ids = {step.address: str(step.id) for step in scope.steps}
        self._reads: dict[str, set[str]] = {
            str(step.id): {ids[on] for on in waits_for(step) if on in ids} for step in scope.steps
        }
        self._sources = {
            str(step.id): {one for one in _sources_in(step) if one in self._reads}
            for step in scope.steps
        }
        read = set().union(*self._reads.values()) | set(steps_read_in(scope.result))
        self._ends = [step for step in ids.values() if step not in read]
        """Nobody reads them, so they are performed for their own sake."""
        self._ends += [step for step in steps_read_in(scope.result) if step in self._reads]
        before = self._closure(have, self._reads)
        self._first = {
            step.id for step in scope.steps if step.id in before and _from_later(step)
        } - set(have)
        """To be made of a later artifact; whether that works is not known yet."""
        self._made: set[str] = set()
        self.begun: set[str] = set()
        """Run paths of steps whose start was told when they were asked for first."""

    def hand_in(self, run: Run, here: ScopeRun) -> None:
        """Settle what was handed in and what nobody needs; hold what may not be needed."""
        perhaps, now = self._needed(perhaps=True), self._needed()
        for name, step in here.steps.items():
            record = step.record
            if name in self.have:
                record.output, record.provenance = copied(self.have[name]), "given"
                record.status = StepStatus.SUCCEEDED
            elif name not in perhaps:
                record.status = StepStatus.SKIPPED
            if record.status.settled:
                _end(run, step)
            else:
                step.held = name not in now or name in self._first

    def begin(self, run: Run, here: ScopeRun) -> None:
        """Ask for what is made of later artifacts, before anything else."""
        for name in here.steps:
            if name in self._first and name in self._needed():
                self._ask(run, here.steps[name])

    def _ask(self, run: Run, step: StepRun) -> None:
        step.held = False
        run.stage.clock.hold()
        step.task = asyncio.get_running_loop().create_task(self._reconstruct(run, step))

    async def _reconstruct(self, run: Run, step: StepRun) -> None:
        """Like ``Run._perform``, but that it may still be performed as usual afterwards."""
        step.began = True
        record = step.record
        record.status = StepStatus.RUNNING
        try:
            try:
                made = await self._try(run, step)
            except asyncio.CancelledError:
                if run.pause.paused:
                    return
                made = False
            wanted = run.wants(step.home)
            if not made and not wanted:
                record.status, record.error = StepStatus.CANCELLED, cancelled_by_run()
            if record.status.settled:
                _end(run, step)
            if wanted:
                self._go_on(run, step, made=made)
        except Exception as bug:  # noqa: BLE001  a bug of ours: the run must not wait for ever
            run.broke(bug)
        finally:
            run.stage.clock.release()

    async def _try(self, run: Run, step: StepRun) -> bool:
        stage, home = run.stage, step.home
        self.begun.add(step.path)
        stage.emit(EventKind.STEP_STARTED, step.path)
        env, guard = home.env(stage.clock.now()), run.layers(step.step).guard
        going = unasked(
            run, Frame(step, step, step.path, step.record, home, home.region, env, guard)
        )
        with stage.paused.working():
            reason = await reconstructed(going)
        if going.unlisted is not None:
            rejected = ((Rung.RECONSTRUCT, reason or ""),)
            verb = run.layers(step.step).verb
            target = verb.player if isinstance(verb, Play) and verb.player else str(step.step.id)
            decision = Decision(Rung.FALLBACK, 0.0, "have", rejected, target)
            tell(going, going.unlisted.error, decision)
        return reason is None

    def _go_on(self, run: Run, step: StepRun, *, made: bool) -> None:
        """It is made, so what only it needs is not; or it is performed with all that it needs."""
        here, name = step.home, str(step.step.id)
        self._first.discard(name)
        if made:
            self._made.add(name)
            perhaps = self._needed(perhaps=True)
            gone = [one for key, one in here.steps.items() if one.held and key not in perhaps]
            for one in gone:
                one.held, one.record.status = False, StepStatus.SKIPPED
                _end(run, one)
            run.settle(step, *gone)
            return
        step.task, step.began, step.record.status = None, False, StepStatus.PENDING
        now = self._needed()
        freed = [one for key, one in here.steps.items() if one is step or (one.held and key in now)]
        for one in freed:
            one.urgent = True  # the framework may have entered its node, in vain
            if one.step.id in self._first:
                self._ask(run, one)
            one.held = False
        run.settle(*(one for one in freed if _dropped(run, one)))
        run.start_ready(freed)

    def _needed(self, *, perhaps: bool = False) -> set[str]:
        """What is performed or made of later artifacts; ``perhaps``: if none can be made."""
        reads: dict[str, set[str]] = {}
        for name, read in self._reads.items():
            own = set() if name in self._made or (name in self._first and not perhaps) else read
            reads[name] = own | (set() if name in self._made else self._sources[name])
        wanted = [name for name in self._ends if name not in self.have]
        return self._closure(wanted, reads) | set(wanted)

    def _closure(self, names: Any, reads: Mapping[str, set[str]]) -> set[str]:
        """What these read, and what that reads; what is handed in reads nothing."""
        found: set[str] = set()
        ahead = [one for name in names for one in reads.get(name, ())]
        while ahead:
            name = ahead.pop()
            if name not in found and name not in self.have:
                found.add(name)
                ahead += reads.get(name, ())
        return found


def _from_later(step: Step) -> bool:
    """It can be made before anything else is known: under no condition, and not item by item."""
    parts = layers(step)
    written = parts.guard is not None and parts.guard.reconstruct is not None
    return written and parts.when is None and parts.each is None


def _sources_in(step: Step, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
    """The steps round it that it, or what is inside of it, may be reconstructed from."""
    parts = layers(step)
    if parts.guard is not None and parts.guard.reconstruct is not None:
        yield from (
            name for name in steps_read_in(parts.guard.reconstruct.source) if name not in hidden
        )
    for _, scope in scopes_of(parts.verb):
        inner = hidden | {one.id for one in scope.steps}
        for one in scope.steps:
            yield from _sources_in(one, inner)


def _dropped(run: Run, step: StepRun) -> bool:
    """Under ``finish_independent``: what it cannot do without has failed while it was held."""
    if not run.finish_independent:
        return False
    needed = (step.home.find(one.on) for one in step.step.depends if not one.tolerant)
    failed = next((one for one in needed if one is not None and one.lost()), None)
    return failed is not None and run.drop(step, failed)


def _end(run: Run, step: StepRun) -> None:
    """It has its outcome; whoever stands at its node may go on."""
    run.finished(step.path, step.record)
    step.opened.set()
    step.settled.set()
