"""The LangGraph adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from adapters.base import Compiled, ContextFactory
from adapters.langgraph.capabilities import CAPABILITIES
from conductor_core.evaluator import Evaluator
from conductor_core.host import host
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.plan import Edge, plan
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

_FRAMEWORK = {"langchain_core", "langgraph", "langsmith"}
"""What the extra installs."""


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
        with _framework_needed():
            from adapters.langgraph.compile import state_graph
        graph, evaluator = plan(ir), Evaluator()
        native, children = state_graph(ir, graph, evaluator, context)
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
        with _framework_needed():
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

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        """The edges that LangGraph holds."""
        with _framework_needed():
            from adapters.langgraph.edges import edges_of
        graphs = {"": compiled.native, **compiled.children}
        return {region: edges_of(graph) for region, graph in graphs.items()}


@contextmanager
def _framework_needed() -> Iterator[None]:
    """Tell which extra is missing.

    Raises:
        DiagnosticsError: MEL903.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _FRAMEWORK:
            raise
        problem = diagnose(
            "MEL903",
            "the backend 'langgraph' needs LangGraph, which is not installed",
            None,
            help="pip install 'melody-compiler[langgraph]'",
        )
        raise DiagnosticsError([problem]) from missing
