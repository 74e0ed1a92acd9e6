"""The graph in a framework user's own hands: no run hosts it, only the state is known.

Each node brings a run back from the state, as far as its own step reads it, performs that one
step, and writes the outcome into the step's channel. So LangGraph's own checkpoints, single steps,
edited states and resumption hold, and uses of one graph at the same time share nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from langgraph.runtime import Runtime

from adapters.base import ContextFactory
from adapters.langgraph.agents.langchain_agents import LangChainAgents
from adapters.langgraph.asking import Asking
from adapters.langgraph.state import INPUTS, INVOCATION, OUTPUTS, GraphContext, channel
from adapters.standalone import NobodyAnswers, checked, closed, default_context, waiting_in
from conductor_core.evaluator import Evaluator
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.journal.memory import MemoryJournal
from conductor_core.ports import Journal
from conductor_core.report import report
from conductor_core.run import Run
from conductor_core.stage import RunContext
from workflow_ir.events import Event
from workflow_ir.ids import StepAddress
from workflow_ir.outcome import StandardError
from workflow_ir.plan import Node, NodeKind, Region
from workflow_ir.result import StepRecord
from workflow_ir.steps import Branch, Step, layers
from workflow_ir.workflow import WorkflowIR

_BELOW = ("", "[", "~", ".", "#", "/")
"""What the run path of a step's inside goes on with after the step's own."""


class StepFailed(Exception):
    """A step, or the Melody's outputs, failed for good; the graph ends with this."""

    def __init__(self, path: str | None, error: StandardError) -> None:
        place = f"{path}: " if path else ""
        super().__init__(f"{place}{error.code}: {error.message}")
        self.path = path
        """Run path of the step; None if it is the outputs."""
        self.error = error


class MelodyChanged(RuntimeError):
    """A thread is to be gone on with by another Melody than the one that began it."""

    def __init__(self) -> None:
        super().__init__(
            "the Melody has changed since this thread began; finish it with the old one, or begin "
            "a new thread"
        )


@dataclass(frozen=True, slots=True)
class Alone:
    """A run that was brought back for one node."""

    run: Run
    asking: Asking
    invocation: str
    """Id of this use of the graph."""
    before: tuple[float, int]
    """USD and tokens that earlier nodes have spent."""

    def envelope(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record with what later nodes must know."""
        usd, tokens = self.before
        purse = self.run.stage.purse
        spent = {"usd": round(purse.usd - usd, 9), "tokens": purse.tokens - tokens}
        return {**record, "invocation": self.invocation, "spent": spent}


@dataclass(frozen=True, slots=True)
class Standalone:
    """Makes runs for a graph that nobody hosts."""

    ir: WorkflowIR
    plan: Region
    evaluator: Evaluator
    context: ContextFactory | None
    melody: str
    """Hash of the Melody: LangGraph lets the newest graph go on with any thread, and ends in
    silence where a step that is due has another name."""

    async def enter(
        self, state: Any, *, runtime: Runtime[GraphContext | None]
    ) -> dict[str, Any] | None:
        """The node ``__inputs__``: fill in and check the inputs, name this use of the graph."""
        if _hosted(runtime):
            return None
        context = self._context(runtime)
        return {
            INPUTS: checked(self.ir, state[INPUTS]),
            INVOCATION: {"id": uuid4().hex, "run": context.run, "melody": self.melody},
        }

    async def leave(
        self, state: Any, *, runtime: Runtime[GraphContext | None]
    ) -> dict[str, Any] | None:
        """The node ``__outputs__``: evaluate the Melody's outputs; the host does so elsewhere.

        Raises:
            StepFailed: An output cannot be evaluated, or a step failed under
                ``finish_independent``.
        """
        if _hosted(runtime):
            return None
        run = self._open(state, replace(self._context(runtime), journal=MemoryJournal()))
        conductor = asyncio.ensure_future(run.conduct())
        try:
            await _recall(run, state, {step.address for step in self.ir.root.steps})
            _none_missing(run)
            await conductor
        except RegionEnded as ended:
            raise _failure(ended, run) from None
        finally:
            await _end(conductor)
        result = report(run, backend="langgraph", began=run.stage.clock.now())
        if result.error is not None:
            raise StepFailed(result.failed_step, result.error)
        return {OUTPUTS: result.outputs}

    @asynccontextmanager
    async def run(
        self, node: Node, state: Any, runtime: Runtime[GraphContext | None]
    ) -> AsyncIterator[Alone]:
        """A run in which everything that ``node`` reads has settled as the state tells.

        Raises:
            StepFailed: The step failed; everything below it was cancelled and awaited.
            NobodyAnswers: It waits for somebody who is not there.
        """
        asking = Asking(node.step.address)
        own = self._context(runtime)
        context = asking.among(own)
        gate = _Gate(node.step.address, context.journal, runtime)
        run = self._open(state, replace(context, journal=gate))
        conductor = asyncio.ensure_future(run.conduct())
        try:
            await _recall(run, state, _reads(node))
            gate.open = True
            before = run.stage.purse.usd, run.stage.purse.tokens
            yield Alone(run, asking, state[INVOCATION]["id"], before)
            if run.bug is not None:
                raise run.bug
        except RegionEnded as ended:
            raise _failure(ended, run) from None
        finally:
            gate.open = False
            try:
                await _end(conductor)
            finally:
                if _given(runtime) is None:
                    await closed(own)

    def _open(self, state: Any, context: RunContext) -> Run:
        if state[INVOCATION].get("melody") != self.melody:
            raise MelodyChanged
        # One name in all nodes and after a resumption: idempotency keys are made of it.
        named = replace(context, run=state[INVOCATION]["run"])
        run = Run(self.ir, self.plan, state[INPUTS], named, start="graph", evaluator=self.evaluator)
        run.open()
        for envelope in state.values():
            if isinstance(envelope, dict) and envelope.get("invocation") == state[INVOCATION]["id"]:
                spent = envelope.get("spent", {})
                run.stage.purse.usd += spent.get("usd", 0.0)
                run.stage.purse.tokens += spent.get("tokens", 0)
        return run

    def _context(self, runtime: Runtime[GraphContext | None]) -> RunContext:
        given = _given(runtime)
        if given is not None:
            return given
        return self.context() if self.context else default_context(self.ir, LangChainAgents())


class _Gate:
    """The journal of one node: lets through what its own step does, not what is brought back."""

    def __init__(
        self, address: str, journal: Journal, runtime: Runtime[GraphContext | None]
    ) -> None:
        self._address = address
        self._journal = journal
        self._write = runtime.stream_writer
        self.open = False

    def append(self, event: Event) -> None:
        """To the context's journal and to LangGraph's stream mode ``custom``."""
        rest = event.path.removeprefix(self._address)
        own = event.path.startswith(self._address) and rest[:1] in _BELOW
        if self.open and own:
            self._journal.append(event)
            self._write(event.to_json())


def _given(runtime: Runtime[GraphContext | None]) -> RunContext | None:
    """What LangGraph was given for this use; it outlives the node."""
    return runtime.context.context if runtime.context is not None else None


def _hosted(runtime: Runtime[GraphContext | None]) -> bool:
    return runtime.context is not None and runtime.context.run is not None


def _reads(node: Node) -> set[StepAddress]:
    """The steps that a node needs: what its step waits for, and the branches around it."""
    step = node.step
    found = {dependency.on for dependency in step.depends}
    address = step.address
    while address.count(".") > 1:
        address = StepAddress(address.rpartition(".")[0].rpartition(".")[0])
        found.add(address)
    if node.kind in (NodeKind.ARM, NodeKind.JOIN):
        found.add(step.address)
        found.update(_arm_steps(step))
    return found


def _arm_steps(step: Step) -> set[StepAddress]:
    verb = layers(step).verb
    found: set[StepAddress] = set()
    for arm in verb.arms if isinstance(verb, Branch) else ():
        found.update(inner.address for inner in arm.scope.steps)
        found.update(dependency.on for dependency in arm.scope.depends)
    return found


async def _recall(run: Run, state: Mapping[str, Any], addresses: set[StepAddress]) -> None:
    """Settle steps as their channels tell; a branch that has decided goes on from there."""
    await asyncio.sleep(0)  # the conductor waits first, so that it hears of the last one
    assert run.root is not None
    ahead = [run.root]
    while ahead:
        for step in ahead.pop().steps.values():
            envelope = state.get(channel(step.step.address))
            if envelope is None or step.step.address not in addresses:
                continue
            # LangGraph keeps the channels of a thread; those of an earlier use are not ours.
            if envelope["invocation"] != state[INVOCATION]["id"]:
                continue
            record = StepRecord.from_record(envelope)
            if not record.status.settled:
                step.record = record
                run.start(step)
                await step.opened.wait()
                if step.inner is not None:
                    ahead.append(step.inner)
            elif not step.settled.is_set():
                run.recall(step, record)


def _none_missing(run: Run) -> None:
    """All records are in the state; LangGraph drops in silence what has no channel.

    Raises:
        HostFault: MEL953: the run would wait for ever.
    """
    assert run.root is not None
    for step in run.root.steps.values():
        if not step.settled.is_set():
            raise HostFault("MEL953", f"the state holds no record of {step.path!r}")


async def _end(conductor: asyncio.Future[None]) -> None:
    """End what is left of the run: it was brought back for one node only."""
    conductor.cancel()
    while not conductor.done():
        try:
            await asyncio.wait({conductor})
        except asyncio.CancelledError:
            continue
    if not conductor.cancelled():
        conductor.exception()


def _failure(ended: RegionEnded, run: Run) -> Exception:
    if ended.error is None:
        return NobodyAnswers(waiting_in(run))
    return StepFailed(ended.path, ended.error)
