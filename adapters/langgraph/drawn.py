"""The graphs of a generated project: which node waits for which, in LangGraph's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.naming.names import Names
from adapters.emitter.regions.regions import WHOLE, GeneratedModule, GeneratedRegion
from workflow_ir.ids import within
from workflow_ir.plan import OTHERWISE, Edge, Node, NodeKind, Region
from workflow_ir.steps import Call, Step, layers, scopes_of

NOWHERE: Final = "no arm"
"""The way of a branch that takes no arm, or where a step has failed. No arm has a blank."""
LIMIT_ABOVE: Final = 16
"""More supersteps than a graph has nodes are never needed: nothing in it leads back."""
USED: Final = frozenset({
    "END", "GRAPHS", "START", "StateGraph", "Input", "Output", "State", "annotations", "begin",
    "builder", "decide", "finish", "graph", "join", "perform", "take", "way",
})  # fmt: skip
"""Names that ``graph.py`` uses itself."""


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """One ``add_node``."""

    name: Code
    """Its name as a literal."""
    does: Code
    """The function that makes it, called: ``perform(steps.draft)``."""


@dataclass(frozen=True, slots=True)
class DrawnWay:
    """One ``add_conditional_edges``."""

    source: Code
    branch: Code
    targets: tuple[tuple[Code, Code], ...]
    """Arm and node, as literals."""


@dataclass(frozen=True, slots=True)
class DrawnGraph:
    """One graph."""

    builder: Code
    """Its variable before it is compiled."""
    graph: Code
    """And after that."""
    name: Code
    """As a literal: what people see."""
    region: Code
    """What it performs: ``steps.MELODY``."""
    whole: bool
    """It is the Melody itself, not what is performed inside."""
    begin: Code
    """The node before all others; only of the whole."""
    finish: Code
    nodes: tuple[DrawnNode, ...]
    edges: tuple[tuple[Code, Code], ...]
    """Source, or a list of them that must all have ended, and target; both as literals."""
    ways: tuple[DrawnWay, ...]
    starts: tuple[Code, ...]
    ends: tuple[Code, ...]


def graphs_of(
    modules: Sequence[GeneratedModule], melody: Code
) -> tuple[tuple[DrawnGraph, ...], int]:
    """All graphs, each behind those that stand inside of it: the Melody itself comes last.

    Args:
        modules: The Melody itself first.
        melody: Its name.

    Returns:
        The graphs, and how many supersteps one of them may take.
    """
    drawings = _Drawings(modules, melody)
    graphs = tuple(drawings.graphs())
    return graphs, max(len(graph.nodes) for graph in graphs) + LIMIT_ABOVE


def node_name(module: GeneratedModule, node: Node) -> str:
    """What a node is called: as its step; the end of a branch as the function of its result.

    An arm has a dot in its name, so that it meets no step.
    """
    names = module.of(node.step)
    match node.kind:
        case NodeKind.JOIN:
            return names.result
        case NodeKind.ARM:
            assert node.arm is not None
            return f"{names.step}.{node.arm.name}"
    return names.step


def waits_of(region: Region) -> dict[str, dict[str, list[str]]]:
    """By node, by group: what has to be waited for, without what that has waited for itself."""
    incoming = region.incoming()
    before: dict[str, frozenset[str]] = {}

    def passed(address: str) -> frozenset[str]:
        """All nodes that were entered, whenever this one is: in each of its groups."""
        if address not in before:
            ways = [
                frozenset().union(*(passed(edge.source) | {edge.source} for edge in edges))
                for edges in incoming[address].values()
            ]
            before[address] = frozenset.intersection(*ways) if ways else frozenset()
        return before[address]

    def needed(edges: Sequence[Edge]) -> list[str]:
        sources = list(dict.fromkeys(edge.source for edge in edges if edge.label is None))
        implied = frozenset().union(*map(passed, sources))
        return [source for source in sources if source not in implied]

    return {
        target: {group: needed(edges) for group, edges in groups.items()}
        for target, groups in incoming.items()
    }


Key = tuple[str, str]
"""Of a region: its module's key and its address."""


class _Drawings:
    """All regions of a project, and what their graphs are called."""

    def __init__(self, modules: Sequence[GeneratedModule], melody: Code) -> None:
        self.melody = melody
        self.regions: dict[Key, tuple[GeneratedModule, GeneratedRegion]] = {
            (module.key, region.address): (module, region)
            for module in modules
            for region in module.regions
        }
        self.names = Names((*sorted(USED), *(module.stem for module in modules)))

    def graphs(self) -> Iterator[DrawnGraph]:
        done: set[Key] = set()
        whole: Key = ("", "")
        for key in (*(key for key in self.regions if key != whole), whole):
            yield from self._with_insides(key, done)

    def _with_insides(self, key: Key, done: set[Key]) -> Iterator[DrawnGraph]:
        if key not in done:
            done.add(key)
            module, region = self.regions[key]
            for node in region.region.nodes.values():
                for inside in self.insides(module, node):
                    yield from self._with_insides(inside, done)
            yield _Drawing(self, module, region).graph()

    def insides(self, module: GeneratedModule, node: Node) -> tuple[Key, ...]:
        """What a node performs in graphs of their own."""
        if node.kind not in (NodeKind.MAP, NodeKind.NEST):
            return ()
        verb = layers(node.step).verb
        if isinstance(verb, Call):
            return ((verb.module, ""),)
        address = node.step.address
        wanted = (address, *(within(address, name) for name, _ in scopes_of(verb) if name))
        return tuple((module.key, one) for one in wanted if (module.key, one) in self.regions)

    def variables(self, key: Key) -> tuple[Code, Code, str]:
        """The builder, the graph, and a name for people."""
        if key == ("", ""):
            return Code("builder"), Code("graph"), self.melody
        module, region = self.regions[key]
        wish = module.stem if region.name == WHOLE else Code(region.name.lower())
        wish = Code(wish.removesuffix("_steps"))
        builder = self.names.of(("builder", *key), wish)
        return builder, self.names.of(("graph", *key), f"{wish}_graph"), builder


class _Drawing:
    def __init__(self, all_: _Drawings, module: GeneratedModule, drawn: GeneratedRegion) -> None:
        self._all = all_
        self._module = module
        self._drawn = drawn
        self._region: Region = drawn.region
        self._waits = waits_of(self._region)
        self._left_out = dict(self._needless_arms())
        taken = [str(node_name(module, node)) for node in self._region.nodes.values()]
        self._own: Mapping[str, Code] = {
            name: literal(name if name not in taken else f"{name}.") for name in ("begin", "finish")
        }

    def graph(self) -> DrawnGraph:
        drawn, module = self._drawn, self._module
        key = (module.key, drawn.address)
        builder, graph, name = self._all.variables(key)
        leaving = self._region.outgoing()
        return DrawnGraph(
            builder=builder,
            graph=graph,
            name=literal(str(name)),
            region=joined((module.stem, drawn.name), "."),
            whole=key == ("", ""),
            begin=self._own["begin"],
            finish=self._own["finish"],
            nodes=tuple(self._nodes()),
            edges=tuple(self._edges()),
            ways=tuple(self._ways()),
            starts=tuple(map(self._name, self._region.starts())),
            ends=tuple(self._name(one) for one in self._region.nodes if not leaving[one]),
        )

    def _name(self, address: str) -> Code:
        return literal(str(node_name(self._module, self._region.nodes[address])))

    def _step(self, step: Step) -> Code:
        return joined((self._module.stem, self._drawn.steps[step.address]), ".")

    def _nodes(self) -> Iterator[DrawnNode]:
        does = {NodeKind.DECIDE: Code("decide"), NodeKind.JOIN: Code("join")}
        for address, node in self._region.nodes.items():
            if address in self._left_out:
                continue
            made = Code("take")
            if node.kind is not NodeKind.ARM:
                maker = does.get(node.kind, Code("perform"))
                graphs = [self._all.variables(one)[1] for one in self._insides(node)]
                made = Code(f"{maker}({joined((self._step(node.step), *graphs), ', ')})")
            yield DrawnNode(self._name(address), made)

    def _insides(self, node: Node) -> tuple[Key, ...]:
        """The graph that LangGraph is told of: it looks for no more than one below a node."""
        insides = self._all.insides(self._module, node)
        return insides if len(insides) == 1 else ()

    def _needless_arms(self) -> Iterator[tuple[str, str]]:
        """Arms whose way may lead straight to their only next node, and that node."""
        outgoing = self._region.outgoing()
        for address, node in self._region.nodes.items():
            targets = {edge.target for edge in outgoing[address]}
            if node.kind is NodeKind.ARM and len(targets) == 1:
                (target,) = targets
                if any(sources == [address] for sources in self._waits[target].values()):
                    yield address, target

    def _edges(self) -> Iterator[tuple[Code, Code]]:
        """One edge for each group; several sources of one group are waited for together."""
        for target, groups in self._waits.items():
            for sources in groups.values():
                if len(sources) == 1 and sources[0] not in self._left_out:
                    yield self._name(sources[0]), self._name(target)
                elif len(sources) > 1:
                    listed = joined((self._name(source) for source in sources), ", ")
                    yield Code(f"[{listed}]"), self._name(target)

    def _ways(self) -> Iterator[DrawnWay]:
        for address, node in self._region.nodes.items():
            if node.kind is not NodeKind.DECIDE:
                continue
            targets = []
            for edge in self._region.outgoing()[address]:
                assert edge.label is not None
                arm = literal(NOWHERE if edge.label == OTHERWISE else str(edge.label))
                target = self._left_out.get(edge.target, edge.target)
                targets.append((arm, self._name(target)))
            yield DrawnWay(self._name(address), self._step(node.step), tuple(targets))
