"""Wrong adapters: each is the toy with one mistake in what it builds, walks or claims."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.base import Compiled, ContextFactory
from conductor_core import nodes
from conductor_core.agents.port import Agents, Brief, Dialogue
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.failed import RegionEnded
from conductor_core.models.port import Message, Reply, ToolCall
from conductor_core.run import Run
from tests.unit.melody.testing.toy import Sheet, ToyAdapter, Walk
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.ids import RegionPath
from workflow_ir.plan import Edge
from workflow_ir.steps import every_step, layers
from workflow_ir.workflow import WorkflowIR


class SwapsArms(ToyAdapter):
    """The edges of a decision fire whose label is not the one taken."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _Swapped(self, sheet, run, region)


class _Swapped(Walk):
    def fire(self, node: str, label: str | None) -> None:
        others = [edge.label for edges in self.sheet.awaited.values() for edge in edges
                  if edge.source == node and edge.label not in (None, label)]  # fmt: skip
        super().fire(node, others[0] if label is not None and others else label)


class DropsAnEdge(ToyAdapter):
    """The last node of the Melody waits for one edge less than it should."""

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        made = super().compile(ir)
        awaited = dict(made.native.awaited)
        last = max((node for node in awaited if awaited[node]), default=None)
        if last is not None:
            awaited[last] = frozenset(sorted(awaited[last])[1:])
        return replace(made, native=replace(made.native, awaited=awaited))


class EntersTwice(ToyAdapter):
    """Every node is entered, and entered again."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _Twice(self, sheet, run, region)


class _Twice(Walk):
    async def enter(self, node: str) -> None:
        await nodes.enter(self.run, node, self.region)
        await super().enter(node)


class SkipsTheLastNode(ToyAdapter):
    """It believes that the last node of a graph is a mere end."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return Walk(self, replace(sheet, nodes=sheet.nodes[:-1]), run, region)


class WalksOneItem(ToyAdapter):
    """Of every map only the first item is performed."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _FirstItem(self, sheet, run, region)


class _FirstItem(Walk):
    async def place(self, node: str, index: int) -> None:
        if index == 0:
            await super().place(node, index)


class StartsEarly(ToyAdapter):
    """One edge that has fired is enough."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _Early(self, sheet, run, region)


class _Early(Walk):
    def may_begin(self, awaited: Iterable[Edge]) -> bool:
        edges = list(awaited)
        return not edges or any(edge in self.fired for edge in edges)


class LetsAnItemEndTheRun(ToyAdapter):
    """The failure inside an item leaves the whole graph, though the map may tolerate it."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _NoCatch(self, sheet, run, region)


class _NoCatch(Walk):
    async def place(self, node: str, index: int) -> None:
        inner = await nodes.open_item(self.run, node, index, self.region)
        if inner is not None:
            child = self.sheet.below[self.run.regions[inner].region.address]
            await self.adapter.walk(child, self.run, inner).to_the_end()
        await nodes.close_item(self.run, node, index, self.region)


class SwallowsTheEnd(ToyAdapter):
    """A node whose graph has failed waits for ever instead of leaving it."""

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _Swallowing(self, sheet, run, region)


class _Swallowing(Walk):
    async def enter(self, node: str) -> None:
        try:
            await super().enter(node)
        except RegionEnded:
            if self.region:
                await asyncio.Event().wait()


class SharesTheWalk(ToyAdapter):
    """What has begun is kept in the compiled object, for all its runs."""

    def __init__(self) -> None:
        self.begun: dict[int, set[str]] = {}

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        made = super().walk(sheet, run, region)
        if not region:
            made.begun = self.begun.setdefault(id(sheet), set())
        return made


class ChangesTheIR(ToyAdapter):
    """Compiling takes the inputs out of the IR."""

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        made = super().compile(ir)
        ir.inputs.clear()
        return made


class RefusesMaps(ToyAdapter):
    """Its table claims maps; ``compile`` has never heard of them."""

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        scopes = (ir.root, *(module.root for module in ir.modules.values()))
        if any(layers(step).each is not None for scope in scopes for step in every_step(scope)):
            raise NotImplementedError("no maps here")
        return super().compile(ir)


class SaysItHasNoMaps(RefusesMaps):
    """No mistake: what it lacks, it declares."""

    def capabilities(self) -> Mapping[Feature, Capability]:
        gap = Capability(Support.NOTIMPL, "the toy knows no lists")
        lacking = (Feature.FOR_EACH, Feature.FOR_EACH_NESTED)
        return {**super().capabilities(), **dict.fromkeys(lacking, gap)}


class LacksARow(ToyAdapter):
    """Nobody thought of hedging."""

    def capabilities(self) -> Mapping[Feature, Capability]:
        return {feature: row for feature, row in super().capabilities().items()
                if feature is not Feature.HEDGE}  # fmt: skip


class DeclaresTooMuch(ToyAdapter):
    """A gap that is none."""

    def capabilities(self) -> Mapping[Feature, Capability]:
        gap = Capability(Support.NOTIMPL, "loops are too hard")
        return {**super().capabilities(), Feature.REPEAT: gap}


class BearsAnotherName(ToyAdapter):
    """Copied from another adapter, name and all."""

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        return replace(super().compile(ir), backend="native")


class UsesNoTools(ToyAdapter):
    """Its agents take the model's first reply for the answer."""

    def agents(self) -> Agents:
        return _FirstReply()


class _FirstReply:
    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        messages = [Message("system", brief.system), Message("user", brief.task)]
        return (await dialogue.ask(messages)).text


class UsesToolsTwice(ToyAdapter):
    """Its agents make sure of what a tool says."""

    def agents(self) -> Agents:
        return _Sure()


class _Sure(ToolLoop):
    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        return await super().converse(brief, _UsedTwice(dialogue))


@dataclass(frozen=True, slots=True)
class _UsedTwice:
    inner: Dialogue

    async def ask(self, messages: Sequence[Message]) -> Reply:
        return await self.inner.ask(messages)

    async def use(self, call: ToolCall) -> str:
        await self.inner.use(call)
        return await self.inner.use(call)
