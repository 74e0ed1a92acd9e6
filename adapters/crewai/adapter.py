"""The CrewAI adapter. CrewAI is imported by ``compile`` and ``execute`` only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.base import Compiled, ContextFactory
from adapters.crewai.agents.crewai_agents import CrewAIAgents
from adapters.crewai.capabilities import CAPABILITIES, EJECTS
from adapters.crewai.execute import execute
from adapters.crewai.silence import load
from adapters.emitter.project import NOTHING, GeneratedProject, Sources
from adapters.trails import trail
from conductor_core.agents.port import Agents
from conductor_core.evaluator import Evaluator
from conductor_core.run import Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature
from workflow_ir.plan import Edge, plan
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

if TYPE_CHECKING:
    from adapters.crewai.score import Score


class CrewAIAdapter:
    """Runs a Melody as a CrewAI crew or flow."""

    def get_framework_name(self) -> str:
        """``crewai``."""
        return "crewai"

    def capabilities(self) -> Mapping[Feature, Capability]:
        """What crews and flows can carry out."""
        return CAPABILITIES

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        """``native`` is a ``crewai.Crew`` where one can express it, else a ``crewai.Flow``.

        ``children`` are the flows and crews that are walked in its tasks or methods.
        """
        load()
        from adapters.crewai.choose import Choice
        from adapters.standalone import default_context

        evaluator = Evaluator()
        graph = plan(ir)
        own = partial(default_context, ir, self.agents())
        score = Choice(ir, evaluator, context or own).score(graph)
        children = {address: one.fresh() for address, one in _below(score)}
        return Compiled(ir, graph, "crewai", score.fresh(), children, evaluator)

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

    def agents(self) -> Agents:
        """Agents of CrewAI, each in a thread of its own."""
        return CrewAIAgents()

    def ejects(self) -> Mapping[Feature, Capability]:
        """What generated code carries out."""
        return EJECTS

    def emit(self, ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
        """A project as `crewai create` makes them."""
        from adapters.crewai.emit import emit

        return emit(ir, sources)

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        """The conditions that the flows listen by, and the contexts of the crews' tasks."""
        return {
            here: native.edges()
            for here, native in [("", compiled.native), *compiled.children.items()]
        }


def _below(score: Score, above: str = "") -> Iterator[tuple[str, Score]]:
    """Every score below one, by trail."""
    for address, one in score.inner.items():
        here = trail(above, address)
        yield here, one
        yield from _below(one, here)
