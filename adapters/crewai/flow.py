"""The flow class. This is the only module that imports CrewAI; ``silence.load`` imports it."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from crewai.flow.flow import Flow
from crewai.flow.flow_definition import FlowDefinition
from pydantic import PrivateAttr

from adapters.crewai.compile import definition
from adapters.crewai.silence import built, quiet
from adapters.crewai.walk import Walk
from adapters.standalone import NobodyAnswers, checked, default_context
from conductor_core.evaluator import Evaluator
from conductor_core.failed import RegionEnded
from conductor_core.host import host
from conductor_core.run import Run
from conductor_core.stage import RunContext
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import Region
from workflow_ir.result import RunResult, RunStatus, StepStatus
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class Score:
    """What a flow was compiled from; shared by all its instances."""

    ir: WorkflowIR
    region: Region
    definition: FlowDefinition
    inner: Mapping[str, Score]
    """Of the regions below, by their address."""
    evaluator: Evaluator
    context: Callable[[], RunContext] | None
    """Ports for kickoffs by a user of the flow; None: the IR's players, nothing allowed."""


def score(
    ir: WorkflowIR,
    region: Region,
    evaluator: Evaluator,
    context: Callable[[], RunContext] | None,
) -> Score:
    """Compile a region and all below it."""
    name = f"{ir.name}.{region.address}" if region.address else ir.name
    made = FlowDefinition.from_declaration(contents=definition(region, name))
    inner = {
        address: score(ir, child, evaluator, context) for address, child in region.children.items()
    }
    return Score(ir, region, made, inner, evaluator, context)


class MelodyFlow(Flow):  # type: ignore[type-arg]  # its `[…]` makes another class
    """One region of a Melody as a CrewAI flow, built from its declarative definition.

    ``kickoff``, ``kickoff_async``, ``plot`` and CrewAI's events work as on any other flow. A
    kickoff runs the Melody in graph mode: CrewAI decides when a method starts, and a method
    performs its step under the Melody's policy. Its result is the Melody's outputs; the state
    holds ``inputs``, ``steps`` (records by run path) and ``outputs``.
    """

    # A private name of CrewAI: without it the first flow of a process loads its memory store,
    # 1.7 s of imports that no Melody needs.
    _skip_auto_memory: bool = PrivateAttr(default=True)
    _score: Score | None = PrivateAttr(default=None)
    _walk: Walk | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, score: Score) -> MelodyFlow:
        """A fresh flow; a flow hosts one run at a time."""
        flow = built(partial(cls.from_declaration, contents=score.definition))
        assert isinstance(flow, MelodyFlow)
        flow._score = score  # noqa: SLF001 - its own class
        return flow

    def score(self) -> Score:
        """What this flow was compiled from."""
        if self._score is None:
            raise RuntimeError("this flow was not made by compiling a Melody")
        return self._score

    def walking(self) -> Walk:
        """The run that goes on in this flow."""
        if self._walk is None:
            raise RuntimeError("a method of a Melody's flow was called outside of a run")
        return self._walk

    def inner(self, address: str) -> MelodyFlow:
        """A fresh flow for one place inside a node; ``address`` is that of its region."""
        return MelodyFlow.of(self.score().inner[address])

    async def walk(
        self, run: Run, region: RegionPath = ROOT, context: contextvars.Context | None = None
    ) -> None:
        """Let CrewAI walk this flow as the graph of one region of a run.

        Raises:
            RegionEnded: The region failed.
            HostFault: The flow is not the plan of the run.
        """
        walk = Walk(self, run, region, context or contextvars.copy_context())
        self._walk = walk
        quiet()
        # Fresh containers: CrewAI shares those of a declared default between all instances.
        state = {"inputs": run.inputs, "steps": {}, "outputs": {}}
        try:
            await walk.drive(super().kickoff_async(inputs=state))
        finally:
            self._walk = None

    async def kickoff_async(
        self,
        inputs: dict[str, Any] | None = None,
        input_files: Any = None,
        from_checkpoint: Any = None,
        restore_from_state_id: str | None = None,
    ) -> Any:
        """Run the Melody and return its outputs.

        Args:
            inputs: The Melody's inputs; those with a default may be left out.
            input_files: Refused: a Melody takes files by path.
            from_checkpoint: Refused: runs are resumed by Melody, on any backend.
            restore_from_state_id: Refused likewise.

        Raises:
            DiagnosticsError: MEL501 to MEL503: wrong inputs.
            RegionEnded: The run failed.
            NobodyAnswers: It waits for somebody who is not there.
            RuntimeError: The flow is the inside of a step.
        """
        if self.stream:  # CrewAI turns it off, calls back and streams what comes
            return await super().kickoff_async(inputs=inputs)
        if input_files or from_checkpoint is not None or restore_from_state_id is not None:
            raise ValueError(
                "a Melody's flow takes `inputs` only: input files, checkpoints and stored states "
                "of CrewAI know nothing of its steps"
            )
        result = await self._standalone(inputs or {})
        if result.status is RunStatus.FAILED:
            raise RegionEnded(ROOT, result.failed_step, result.error)
        if result.status is RunStatus.PAUSED:
            waiting = (StepStatus.WAITING,)
            raise NobodyAnswers(
                tuple(path for path, step in result.steps.items() if step.status in waiting)
            )
        self.state["outputs"] = result.outputs
        return result.outputs

    async def _standalone(self, inputs: Mapping[str, Any]) -> RunResult:
        score = self.score()
        if score.region.address:
            raise RuntimeError(
                f"this flow is {score.region.address!r}, the inside of a step, and runs in it "
                "only; kick off the flow of the whole Melody"
            )
        context = default_context(score.ir) if score.context is None else score.context()
        run = Run(
            score.ir,
            score.region,
            checked(score.ir, inputs),
            context,
            start="graph",
            evaluator=score.evaluator,
        )
        return await host(run, partial(self.walk, run), backend="crewai")

    async def _execute_method(
        self, method_name: Any, method: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Keep virtual time still round the method, and make the call on the event loop.

        CrewAI takes every declarative action for a synchronous one: it would call it in a
        thread, which makes the coroutine there and loses it if the flow is cancelled meanwhile.
        """

        async def on_the_loop(*args: Any, **kwargs: Any) -> Any:
            return await method(*args, **kwargs)

        with self.walking().method():
            return await super()._execute_method(method_name, on_the_loop, *args, **kwargs)
