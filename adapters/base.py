"""The adapter contract: what a backend must give (spec 1; seed 002's ``OrchestrationAdapter``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from adapters.emitter.project import NOTHING, GeneratedProject, Sources
from conductor_core.agents.port import Agents
from conductor_core.evaluator import Evaluator
from conductor_core.run import Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature
from workflow_ir.plan import Edge, Region
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

ContextFactory = Callable[[], RunContext]
"""Gives the ports of a run to a framework's object that is used on its own, without ``execute``."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A Melody as one framework's own object."""

    ir: WorkflowIR
    graph: Region
    """The plan it was built from."""
    backend: str
    native: Any
    """The framework's own object: a compiled LangGraph graph, a CrewAI ``Flow``, a ``Program``."""
    children: Mapping[str, Any] = field(default_factory=dict)
    """The framework's own objects of the regions below, by trail (``adapters.trails``)."""
    evaluator: Evaluator = field(default_factory=Evaluator)
    """Closures of the IR, shared by all runs of this object."""


@runtime_checkable
class OrchestrationAdapter(Protocol):
    """One backend.

    The framework is imported by ``compile`` and ``execute`` only; name and capabilities can be
    read without it.
    """

    def get_framework_name(self) -> str:
        """``native``, ``langgraph``, ``crewai``."""

    def capabilities(self) -> Mapping[Feature, Capability]:
        """Support of every feature; the one truth for refusal, documentation and xfails."""

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        """Build the framework's own object, one node a step.

        Args:
            ir: The workflow.
            context: Used only where ``native`` is run by the framework's own tools instead of
                by ``execute``. None: the players of the IR with an empty allow-list.

        Raises:
            DiagnosticsError: MEL302 at the place that asks for what the backend lacks; MEL903
                if the framework is not installed.
        """

    async def execute(
        self,
        compiled: Compiled,
        inputs: Mapping[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
    ) -> RunResult:
        """Run it. ``inputs`` are checked, defaults filled in.

        Raises:
            HostFault: MEL951 to MEL953: a bug of the adapter or the framework.
            asyncio.CancelledError: Everything was cancelled and awaited first.
        """

    def agents(self) -> Agents:
        """The machinery of this backend that turns ``agent`` players.

        The framework is imported when an agent is asked, not here.
        """

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        """The edges read back from the framework's own object, by trail (``adapters.trails``).

        They are told in the names of the plan, so that they can be compared with it.
        """

    def ejects(self) -> Mapping[Feature, Capability]:
        """Which features generated code carries out; empty if the backend generates none.

        What does not run is refused as in ``capabilities``, at the place that asks for it.
        """

    def emit(self, ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
        """Write the Melody as a project that needs the framework and nothing of ours.

        Nothing is read or written, no framework is imported, and the text is the same on every
        machine.

        Args:
            ir: The workflow, which uses no feature that ``ejects`` lacks.
            sources: Files of the user's that go along.

        Raises:
            DiagnosticsError: MEL304: this backend generates no code (``no_code``).
        """
