"""The CrewAI adapter. CrewAI is imported by ``compile`` and ``execute`` only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from adapters.base import Compiled, ContextFactory
from adapters.crewai.capabilities import CAPABILITIES
from adapters.crewai.edges import edges_of
from adapters.crewai.execute import execute
from adapters.crewai.silence import load
from adapters.trails import trail
from conductor_core.evaluator import Evaluator
from conductor_core.run import Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature
from workflow_ir.plan import Edge, plan
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

if TYPE_CHECKING:
    from adapters.crewai.flow import MelodyFlow, Score


class CrewAIAdapter:
    """Runs a Melody as a CrewAI flow."""

    def get_framework_name(self) -> str:
        """``crewai``."""
        return "crewai"

    def capabilities(self) -> Mapping[Feature, Capability]:
        """What a flow can carry out."""
        return CAPABILITIES

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        """``native`` is a ``crewai.Flow``; ``children`` are the flows that its methods walk."""
        module = load()
        evaluator = Evaluator()
        graph = plan(ir)
        score: Score = module.score(ir, graph, evaluator, context)
        native: MelodyFlow = module.MelodyFlow.of(score)
        children = {address: module.MelodyFlow.of(one) for address, one in _below(score)}
        return Compiled(ir, graph, "crewai", native, children, evaluator)

    async def execute(
        self,
        compiled: Compiled,
        inputs: Mapping[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
    ) -> RunResult:
        """Run it."""
        return await execute(compiled, inputs, context, start=start)

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        """The conditions that the flows listen by."""
        found = {address: edges_of(flow) for address, flow in compiled.children.items()}
        found[""] = edges_of(compiled.native)
        return found


def _below(score: Score, above: str = "") -> Iterator[tuple[str, Score]]:
    """Every score below one, by trail."""
    for address, one in score.inner.items():
        here = trail(above, address)
        yield here, one
        yield from _below(one, here)
