"""A small honest adapter: a fourth engine that walks the plan with asyncio alone.

``docs/adapters.md`` shows it whole; ``wrong_toys.py`` and ``wrong_runs.py`` have one mistake each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.base import Compiled, ContextFactory
from adapters.emitter.project import NOTHING, GeneratedProject, Sources
from adapters.emitter.refusal import no_code
from adapters.together import together
from adapters.trails import trails
from conductor_core import nodes
from conductor_core.agents.port import Agents
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.failed import RegionEnded
from conductor_core.host import host
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import Edge, NodeKind, Region, plan
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class Sheet:
    """The toy's own object: which nodes there are, and which edges each of them waits for."""

    nodes: tuple[str, ...]
    awaited: Mapping[str, frozenset[Edge]]
    below: Mapping[str, Sheet]
    """The sheets of what nodes perform inside, by address."""


def sheet_of(region: Region) -> Sheet:
    """Write a region down."""
    return Sheet(
        nodes=tuple(region.nodes),
        awaited={
            node: frozenset(edge for edge in region.edges if edge.target == node)
            for node in region.nodes
        },
        below={address: sheet_of(child) for address, child in region.children.items()},
    )


class ToyAdapter:
    """Implements ``adapters.base.OrchestrationAdapter``."""

    def get_framework_name(self) -> str:
        return "toy"

    def capabilities(self) -> Mapping[Feature, Capability]:
        return {feature: Capability(Support.FULL, "a task for each node") for feature in Feature}

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        graph = plan(ir)
        return Compiled(ir, graph, self.get_framework_name(), sheet_of(graph))

    async def execute(
        self,
        compiled: Compiled,
        inputs: Mapping[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
    ) -> RunResult:
        run = Run(
            compiled.ir,
            compiled.graph,
            dict(inputs),
            context,
            start=start,
            evaluator=compiled.evaluator,
        )
        walk = self.walk(compiled.native, run, ROOT)
        return await host(run, walk.to_the_end, backend=self.get_framework_name())

    def agents(self) -> Agents:
        return ToolLoop()

    def ejects(self) -> Mapping[Feature, Capability]:
        return {}

    def emit(self, ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
        raise no_code(self.get_framework_name())

    def edges(self, compiled: Compiled) -> Mapping[str, frozenset[Edge]]:
        found = {"": compiled.native}
        for trail, _ in trails(compiled.graph):
            above, _, address = trail.rpartition("/")
            if trail:
                found[trail] = found[above].below[address]
        return {trail: frozenset().union(*sheet.awaited.values()) for trail, sheet in found.items()}

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return Walk(self, sheet, run, region)


class Walk:
    """One performance of a sheet."""

    def __init__(self, adapter: ToyAdapter, sheet: Sheet, run: Run, region: RegionPath) -> None:
        self.adapter = adapter
        self.sheet = sheet
        self.run = run
        self.region = region
        self.fired: set[Edge] = set()
        self.begun: set[str] = set()

    async def to_the_end(self) -> None:
        """Enter whatever may be entered now; what becomes free by that is entered by it."""
        ready = self.ready()
        self.begun.update(ready)
        await together(self.enter(node) for node in ready)

    def ready(self) -> list[str]:
        """Nodes that wait for nothing, or for nothing more in one of their groups."""
        return [
            node
            for node in self.sheet.nodes
            if node not in self.begun and self.may_begin(self.sheet.awaited[node])
        ]

    def may_begin(self, awaited: Iterable[Edge]) -> bool:
        groups: dict[str, list[Edge]] = {}
        for edge in awaited:
            groups.setdefault(edge.group, []).append(edge)
        return not groups or any(self.fired.issuperset(edges) for edges in groups.values())

    async def enter(self, node: str) -> None:
        """Enter a node, walk the places inside, let its edges fire, and go on from there."""
        entered = await nodes.enter(self.run, node, self.region)
        if entered.items is not None:
            async for batch in nodes.places(self.run, node, self.region):
                await together(self.place(node, index) for index in batch)
            await nodes.settled(self.run, node, self.region)
        self.fire(node, entered.label)
        await self.to_the_end()

    async def place(self, node: str, index: int) -> None:
        """One item of a map, or one place inside a step."""
        inner = await nodes.open_item(self.run, node, index, self.region)
        if inner is not None:
            child = self.sheet.below[self.run.regions[inner].region.address]
            try:
                await self.adapter.walk(child, self.run, inner).to_the_end()
            except RegionEnded as ended:
                if ended.region != inner:
                    raise
        await nodes.close_item(self.run, node, index, self.region)

    def fire(self, node: str, label: str | None) -> None:
        """Of a decision only the edges with its label."""
        here = self.run.regions[self.region].region
        decides = here.nodes[node].kind is NodeKind.DECIDE
        for awaited in self.sheet.awaited.values():
            self.fired.update(
                edge for edge in awaited
                if edge.source == node and (not decides or edge.label == label)
            )  # fmt: skip


ADAPTER = ToyAdapter()
