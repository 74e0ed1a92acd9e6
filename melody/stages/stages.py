"""Which stages there are, and how the value at each is written as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from adapters import registry
from adapters.base import Compiled
from compiler.parse.syntax import Melody
from melody.stages.conversions import conversions
from melody.stages.syntax_tree import syntax_tree
from workflow_ir.plan import Edge, NodeKind, Region
from workflow_ir.visible import visible
from workflow_ir.workflow import WorkflowIR

Stage = Callable[[Melody | None, WorkflowIR], Iterator[str]]
"""Lines of text for a Melody without errors; None of an IR file, which holds no Melody."""


def _melody(melody: Melody | None, ir: WorkflowIR) -> Iterator[str]:
    """The syntax tree, every value with its place."""
    return iter(()) if melody is None else syntax_tree(melody)


def _conversions(melody: Melody | None, ir: WorkflowIR) -> Iterator[str]:
    """The safe conversions of values, and where the compiler placed them."""
    return conversions(ir)


def _ir(melody: Melody | None, ir: WorkflowIR) -> Iterator[str]:
    """The IR as JSON."""
    yield _json(json.loads(ir.to_json()))


def _langgraph(melody: Melody | None, ir: WorkflowIR) -> Iterator[str]:
    """What LangGraph itself draws, and the edges it holds in the names of the plan."""
    compiled = registry.load("langgraph").compile(ir)
    for address, graph in {"": compiled.native, **compiled.children}.items():
        yield f"%% {_where(address, compiled.graph)}: the graph as LangGraph draws it"
        yield visible(graph.get_graph().draw_mermaid().rstrip().expandtabs(2), breaks=True)
        yield ""
    yield from _edges("langgraph", compiled, "%% ")


def _crewai(melody: Melody | None, ir: WorkflowIR) -> Iterator[str]:
    """What CrewAI's crews and flows hold, why they are crews or flows, and their edges."""
    compiled = registry.load("crewai").compile(ir)
    for address, native in {"": compiled.native, **compiled.children}.items():
        tree: dict[str, Any] = native.told()
        what = "crew" if "tasks" in tree else "flow"
        why = visible(native.score().why)
        yield f"# {_where(address, compiled.graph)}: a {what} of CrewAI, for {why}"
        yield _json(tree)
        yield ""
    yield from _edges("crewai", compiled, "# ")


STAGES: dict[str, Stage] = {
    "melody": _melody,
    "conversions": _conversions,
    "ir": _ir,
    "langgraph": _langgraph,
    "crewai": _crewai,
}
"""In the order of a Melody's way."""


def _json(tree: Any) -> str:
    """As people read it; with escapes where a sign would not be seen, or change what is."""
    text = json.dumps(tree, indent=2, ensure_ascii=False, default=str)
    return text if visible(text, breaks=True) == text else json.dumps(tree, indent=2, default=str)


def _where(address: str, graph: Region) -> str:
    """``inside sub / again``: the graphs below one another; of a map that of each item."""
    if not address:
        return "the whole Melody"
    maps = {
        node.address
        for region in graph.all_regions()
        for node in region.nodes.values()
        if node.kind is NodeKind.MAP
    }
    below, _, last = address.rpartition("/")
    what = "each item of " if last in maps else ""
    parts = [part.removesuffix("~inside") for part in (*below.split("/"), last) if part]
    return visible(f"inside {what}{' / '.join(parts)}")


def _edges(backend: str, compiled: Compiled, comment: str) -> Iterator[str]:
    """Who waits for whom, read back from the framework's own object."""
    held = registry.load(backend).edges(compiled)
    for address in sorted(held):
        yield f"{comment}{_where(address, compiled.graph)}: the edges read back"
        for edge in sorted(held[address], key=_order):
            label = f" when {edge.label}" if edge.label is not None else ""
            yield f"{comment}  {visible(f'{edge.source} -> {edge.target}{label}')}"


def _order(edge: Edge) -> tuple[str, str, str, str]:
    return edge.source, edge.target, edge.label or "", edge.group
