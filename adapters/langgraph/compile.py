"""A plan to a ``StateGraph``: each node, edge and decision by LangGraph's own construct."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from adapters.base import ContextFactory
from adapters.langgraph.inside import show_inside
from adapters.langgraph.node import visit
from adapters.langgraph.standalone import Standalone
from adapters.langgraph.state import GraphContext, channel, input_schema, state_schema
from adapters.trails import trail
from conductor_core.evaluator import Evaluator
from workflow_ir.plan import OTHERWISE, NodeKind, Region
from workflow_ir.workflow import WorkflowIR

ENTRY = "__inputs__"
"""The node before all others: checks the inputs where the graph is used on its own."""
EXIT = "__outputs__"
"""The node after all others: evaluates the Melody's outputs where the graph is used on its own."""

_MARGIN = 16
"""Supersteps beyond one a node: entry, exit and LangGraph's own."""

Graph = CompiledStateGraph[Any, Any, Any, Any]


def state_graph(
    ir: WorkflowIR, plan: Region, evaluator: Evaluator, context: ContextFactory | None
) -> tuple[Graph, dict[str, Graph]]:
    """The graph of a Melody, and those of the regions below it, by trail."""
    below: dict[str, Graph] = {}
    native = _graph(plan, "", Standalone(ir, plan, evaluator, context, ir.hash), below)
    return native, below


def _graph(region: Region, here: str, alone: Standalone, below: dict[str, Graph]) -> Graph:
    graphs: dict[str, Graph] = {}
    for address, child in region.children.items():
        graphs[address] = below[trail(here, address)] = _graph(
            child, trail(here, address), alone, below
        )
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(
        state_schema(region), context_schema=GraphContext, input_schema=input_schema()
    )
    for address, node in region.nodes.items():
        # Shown in drawings and in the graph's API; a plain step needs no remark.
        facts = None if node.kind is NodeKind.STEP else {"kind": node.kind.value}
        action = visit(node, region, alone, graphs)
        builder.add_node(address, action, metadata=facts)
    _add_edges(builder, region)
    _add_decisions(builder, region)
    _add_ends(builder, region, alone)
    # A child starts anew with its place: a half-done one has no run to go on in.
    made = builder.compile(
        name=region.address or alone.ir.name, checkpointer=False if region.address else None
    )
    show_inside(made, region, graphs)
    # LangGraph's own default is 10007 supersteps; no graph has loops, `repeat` uses one anew.
    return made.with_config(recursion_limit=len(region.nodes) + _MARGIN)


def _add_edges(builder: StateGraph[Any, Any, Any, Any], region: Region) -> None:
    """One edge for each group; a barrier where several nodes must end first.

    Several plain edges would fire the target once for each of them.
    """
    for target, groups in region.incoming().items():
        for edges in groups.values():
            sources = list(dict.fromkeys(edge.source for edge in edges if edge.label is None))
            if len(sources) == 1:
                builder.add_edge(sources[0], target)
            elif sources:
                builder.add_edge(sources, target)


def _add_decisions(builder: StateGraph[Any, Any, Any, Any], region: Region) -> None:
    """Conditional edges, always with a path map: an unknown label raises instead of ending."""
    for address, edges in region.outgoing().items():
        ways: dict[Any, str] = {edge.label: edge.target for edge in edges if edge.label is not None}
        if region.nodes[address].kind is NodeKind.DECIDE:
            builder.add_conditional_edges(address, _taken(address), ways)


def _taken(address: str) -> Callable[[Any], Awaitable[str]]:
    """Read the recorded decision of a branch. It is total; only the path map can refuse it."""
    decided = channel(address)

    async def taken(state: Any) -> str:  # async: LangGraph gives a plain function a thread
        label: str | None = (state.get(decided) or {}).get("branch")
        return label or OTHERWISE

    return taken


def _add_ends(builder: StateGraph[Any, Any, Any, Any], region: Region, alone: Standalone) -> None:
    if region.address:
        first, last = START, END
    else:
        first, last = ENTRY, EXIT
        builder.add_node(ENTRY, alone.enter)
        builder.add_edge(START, ENTRY)
        builder.add_node(EXIT, alone.leave)
        builder.add_edge(EXIT, END)
    for address in region.starts():
        builder.add_edge(first, address)
    ends = _ends(region) or [first]
    if len(ends) > 1:
        builder.add_edge(ends, last)
    else:
        builder.add_edge(ends[0], last)


def _ends(region: Region) -> list[str]:
    """The nodes that must all have ended before a region has: each is entered in every use.

    A node outside all arms is one of them unless another such node waits for it; one that only a
    step of an arm waits for is, since that arm may not be taken.
    """
    arms = {address for address, node in region.nodes.items() if node.kind is NodeKind.ARM}
    outside = dict.fromkeys(each for each in region.nodes if not _stands_in(each, arms))
    awaited = {
        edge.source
        for edge in region.edges
        if edge.target in outside and not edge.group and edge.label is None
    }
    decides = {address for address, node in region.nodes.items() if node.kind is NodeKind.DECIDE}
    return [each for each in outside if each not in awaited | decides]


def _stands_in(address: str, arms: set[str]) -> bool:
    """It is an arm or lies in one."""
    while address:
        if address in arms:
            return True
        address = address.rpartition(".")[0]
    return False
