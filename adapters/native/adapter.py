"""The native adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.base import Compiled, ContextFactory
from adapters.emitter.carried import EJECTED
from adapters.emitter.project import NOTHING, GeneratedProject, Sources
from adapters.native.capabilities import CAPABILITIES
from adapters.native.compile import Program, program
from adapters.native.execute import walk
from adapters.trails import trail
from conductor_core.agents.port import Agents
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.host import host
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature
from workflow_ir.plan import Edge, plan
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR


class NativeAdapter:
    """Runs a Melody with the conductor alone."""

    def get_framework_name(self) -> str:
        """``native``."""
        return "native"

    def capabilities(self) -> Mapping[Feature, Capability]:
        """Everything."""
        return CAPABILITIES

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        """``native`` is a ``Program``; it does nothing on its own and needs no ``context``."""
        del context
        graph = plan(ir)
        made = program(graph)
        return Compiled(ir, graph, "native", made, dict(_below(made)))

    async def execute(
        self,
        compiled: Compiled,
        inputs: Mapping[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
    ) -> RunResult:
        """Run it."""
        run = Run(
            compiled.ir,
            compiled.graph,
            dict(inputs),
            context,
            start=start,
            evaluator=compiled.evaluator,
        )
        return await host(run, lambda: walk(compiled.native, run), backend="native")

    def agents(self) -> Agents:
        """A tool loop of our own."""
        return ToolLoop()

    def ejects(self) -> Mapping[Feature, Capability]:
        """What generated code carries out."""
        return EJECTED

    def emit(self, ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
        """One asyncio package."""
        from adapters.native.emit import emit

        return emit(ir, sources)

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        """The edges the walker follows."""
        programs = {"": compiled.native, **compiled.children}
        return {
            region: frozenset(edge for edges in made.ahead.values() for edge in edges)
            for region, made in programs.items()
        }


def _below(made: Program, above: str = "") -> Iterator[tuple[str, Program]]:
    """Every program below one, by trail."""
    for address, child in made.children.items():
        here = trail(above, address)
        yield here, child
        yield from _below(child, here)
