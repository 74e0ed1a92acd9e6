"""What a flow or crew was compiled from; shared by all its instances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from adapters.crewai.agents.crewai_agents import CrewAIAgents
from adapters.crewai.crew.compile import CrewSheet
from adapters.crewai.walk import Walkable
from adapters.standalone import NobodyAnswers, checked, closed, default_context
from conductor_core.evaluator import Evaluator
from conductor_core.failed import RegionEnded
from conductor_core.host import host
from conductor_core.run import Run
from conductor_core.stage import RunContext
from workflow_ir.ids import ROOT
from workflow_ir.plan import Edge, Region
from workflow_ir.result import RunResult, RunStatus, StepStatus
from workflow_ir.workflow import WorkflowIR

if TYPE_CHECKING:
    from crewai.flow.flow_definition import FlowDefinition


class Native(Walkable, Protocol):
    """What flows and crews of a Melody have in common."""

    def score(self) -> Score:
        """What it was compiled from."""

    def edges(self) -> frozenset[Edge]:
        """Its edges, read back from CrewAI's own object, in the names of the plan."""

    def told(self) -> dict[str, Any]:
        """What CrewAI's own object holds, as plain data for people."""


@dataclass(frozen=True, slots=True)
class Score:
    """One graph, and those below it."""

    ir: WorkflowIR
    region: Region
    definition: FlowDefinition | CrewSheet
    why: str
    """Why it is a flow or a crew."""
    inner: Mapping[str, Score]
    """Of the regions below, by their address."""
    evaluator: Evaluator
    context: Callable[[], RunContext] | None
    """Ports for kickoffs by a user of the object; None: the IR's players, nothing allowed."""
    make: Callable[[Score], Native]

    def fresh(self) -> Native:
        """A new flow or crew; each hosts one run at a time."""
        return self.make(self)

    def below(self, address: str) -> Native:
        """A new one for a place inside a node; ``address`` is that of its region."""
        return self.inner[address].fresh()

    async def alone(self, inputs: Mapping[str, Any], native: Native) -> RunResult:
        """Run the Melody in graph mode for a user of CrewAI.

        Raises:
            DiagnosticsError: MEL501 to MEL503: wrong inputs.
            RegionEnded: The run failed.
            NobodyAnswers: It waits for somebody who is not there.
            RuntimeError: It is the inside of a step.
        """
        if self.region.address:
            raise RuntimeError(
                f"this is {self.region.address!r}, the inside of a step, and runs in it only; "
                "kick off the flow or crew of the whole Melody"
            )
        context = self.context() if self.context else default_context(self.ir, CrewAIAgents())
        run = Run(
            self.ir,
            self.region,
            checked(self.ir, inputs),
            context,
            start="graph",
            evaluator=self.evaluator,
        )
        try:
            result = await host(run, partial(native.walk, run), backend="crewai")
        finally:
            await closed(context)
        if result.status is RunStatus.FAILED:
            raise RegionEnded(ROOT, result.failed_step, result.error)
        if result.status is RunStatus.PAUSED:
            paths = (p for p, step in result.steps.items() if step.status is StepStatus.WAITING)
            raise NobodyAnswers(tuple(paths))
        return result
