"""The LangGraph adapter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from adapters.base import Compiled, ContextFactory
from adapters.emitter.project import NOTHING, GeneratedProject, Sources
from adapters.langgraph.agents.langchain_agents import LangChainAgents
from adapters.langgraph.capabilities import CAPABILITIES, EJECTS
from adapters.langgraph.framework_needed import framework_needed
from conductor_core.agents.port import Agents
from conductor_core.evaluator import Evaluator
from conductor_core.host import host
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature
from workflow_ir.plan import Edge, plan
from workflow_ir.players import AgentPlayer
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR


class LangGraphAdapter:
    """Builds a ``StateGraph`` with one node a step, and runs Melodies on it."""

    def get_framework_name(self) -> str:
        """``langgraph``."""
        return "langgraph"

    def capabilities(self) -> Mapping[Feature, Capability]:
        """By which construct of LangGraph each feature is carried out."""
        return CAPABILITIES

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        """``native`` is a ``CompiledStateGraph``; README.md tells how it is used on its own.

        Raises:
            DiagnosticsError: MEL903: LangGraph is not installed.
        """
        with framework_needed():
            from adapters.langgraph.compile import state_graph

            if any(
                isinstance(player, AgentPlayer)
                for one in (ir, *ir.modules.values())
                for player in one.players.values()
            ):
                # Now rather than in the time of an attempt: it takes a while.
                import adapters.langgraph.agents.machinery  # noqa: F401
        from adapters.standalone import default_context

        graph, evaluator = plan(ir), Evaluator()
        own = partial(default_context, ir, self.agents())
        native, children = state_graph(ir, graph, evaluator, context or own)
        return Compiled(ir, graph, "langgraph", native, children, evaluator)

    async def execute(
        self,
        compiled: Compiled,
        inputs: Mapping[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
    ) -> RunResult:
        """Run it; LangSmith tracing is off meanwhile."""
        with framework_needed():
            from adapters.langgraph.execute import drive
        run = Run(
            compiled.ir,
            compiled.graph,
            dict(inputs),
            context,
            start=start,
            evaluator=compiled.evaluator,
        )
        return await host(run, lambda: drive(compiled.native, run), backend="langgraph")

    def agents(self) -> Agents:
        """Agents of LangChain, each a graph of its own."""
        return LangChainAgents()

    def ejects(self) -> Mapping[Feature, Capability]:
        """What generated code carries out."""
        return EJECTS

    def emit(self, ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
        """A project as `langgraph new` makes them."""
        from adapters.langgraph.emit import emit

        return emit(ir, sources)

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        """The edges that LangGraph holds."""
        with framework_needed():
            from adapters.langgraph.edges import edges_of
        graphs = {"": compiled.native, **compiled.children}
        return {region: edges_of(graph) for region, graph in graphs.items()}
