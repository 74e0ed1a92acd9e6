"""The edges read back from LangGraph's own object, in the names of the plan.

Nothing here looks at our plan: a way into a node is what LangGraph holds as one plain, barrier or
conditional edge. Ways that the plan never makes get a group that no plan has, so that they show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langgraph.graph import END, START

from adapters.langgraph.compile import ENTRY, EXIT, Graph
from workflow_ir.plan import OTHERWISE, Edge

_JOIN = "~join"
_Way = tuple[tuple[str, ...], str | None]
"""Sources that must all end, and the label of a conditional edge."""


def edges_of(graph: Graph) -> frozenset[Edge]:
    """Every edge of one compiled graph."""
    ways: dict[str, list[_Way]] = {}
    for target, way in _ways(graph.builder):
        ways.setdefault(target, []).append(way)
    found: set[Edge] = set()
    for target, into in ways.items():
        if target not in (ENTRY, EXIT, END):
            found.update(_named(target, into))
    return frozenset(found)


def _ways(builder: Any) -> Iterator[tuple[str, _Way]]:
    for source, target in sorted(builder.edges):
        yield target, ((source,), None)
    for sources, target in sorted(builder.waiting_edges):
        yield target, (tuple(sorted(sources)), None)
    for source, decisions in builder.branches.items():
        for decision in decisions.values():
            for label, target in (decision.ends or {}).items():
                yield target, ((source,), str(label))


def _named(target: str, ways: list[_Way]) -> Iterator[Edge]:
    """The ways into a node as edges. The way in from the start is none, if it is the only one."""
    if len(ways) == 1 and ways[0][0] in ((START,), (ENTRY,)):
        return
    taken: dict[str, int] = {}
    for sources, label in ways:
        group = _group(target, sources, label)
        taken[group] = taken.get(group, 0) + 1
        if taken[group] > 1:  # any one of the ways fires the node: an or-join
            group = f"{group}~or{taken[group]}"
        for source in sources:
            yield Edge(source, target, label, group)


def _group(target: str, sources: tuple[str, ...], label: str | None) -> str:
    """A join is entered by one way an arm; the arm is told from the sources inside it."""
    if not target.endswith(_JOIN):
        return ""
    if label is not None:
        return OTHERWISE if label == OTHERWISE else label
    branch = target.removesuffix(_JOIN) + "."
    arms = {
        source.removeprefix(branch).partition(".")[0].partition("~")[0]
        for source in sources
        if source.startswith(branch)
    }
    return "+".join(sorted(arms)) or "~outside"
