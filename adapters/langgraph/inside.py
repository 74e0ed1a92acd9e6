"""What LangGraph shows inside a node: ``get_graph(xray=True)``, ``get_subgraphs``, Studio.

LangGraph looks for graphs in the closure of a node's function, takes the first one it finds, and
leaves out those without checkpoints of their own, as ours are. So it is told here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.graph import END, START, StateGraph

from adapters.langgraph.state import state_schema
from adapters.trails import below
from conductor_core.failed import HostFault
from workflow_ir.plan import Node, Region


def show_inside(made: Any, region: Region, graphs: Mapping[str, Any]) -> None:
    """Tell LangGraph the graphs below each node of a compiled graph.

    Args:
        made: The compiled graph of ``region``.
        region: The plan.
        graphs: The compiled graphs below, by the address of their region.
    """
    for address, node in region.nodes.items():
        inner = {name: graphs[child.address] for name, child in below(region, node).items()}
        if len(inner) == 1:
            made.nodes[address].subgraphs = list(inner.values())
        elif inner:
            made.nodes[address].subgraphs = [_side_by_side(region, node, inner)]


def _side_by_side(region: Region, node: Node, sides: Mapping[str, Any]) -> Any:
    """One graph that shows several, for LangGraph shows no more than one inside a node."""
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(state_schema(region))
    for name in sides:
        builder.add_node(name, _never)
        builder.add_edge(START, name)
        builder.add_edge(name, END)
    made = builder.compile(name=node.address, checkpointer=False)
    for name, graph in sides.items():
        made.nodes[name].subgraphs = [graph]
    return made


async def _never(state: Any) -> None:
    raise HostFault("MEL951", "this graph is for looking at; the node it stands in walks its sides")
