"""Plan to declarative flow: one method a node, in the form ``crewai.flow/v1``.

Each method carries in its ``with`` block what it stands for, so the definition explains itself:
the node's address, and for a router the event that each label is sent as.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.names import slugs
from workflow_ir.plan import Edge, Node, NodeKind, Region

SCHEMA = "crewai.flow/v1"

RUN_STEP = "adapters.crewai.dispatch:run_step"
"""The one function behind every node."""

RELAY = "adapters.crewai.dispatch:pass_on"
"""The function behind relays, which stand for no node."""


def definition(region: Region, name: str) -> dict[str, Any]:
    """The declarative flow of one region.

    Args:
        region: The plan.
        name: What the flow is called in CrewAI's events.
    """
    return {
        "schema": SCHEMA,
        "name": name,
        "state": {"type": "dict"},
        # Both are CrewAI's defaults made explicit: 100 calls of one method would be enough, and
        # tracing could be on by a stored consent of the user.
        "config": {"max_method_calls": len(region.nodes) + 1, "tracing": False},
        "methods": _Methods(region).all(),
    }


class _Methods:
    """The methods of one region and the names they share with router labels."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._incoming = region.incoming()
        self._outgoing = region.outgoing()
        # Methods and labels live in one namespace in CrewAI: one allotment for both.
        self._names = slugs([*region.nodes, *self._labels(), *map(_relay, region.nodes)])

    def all(self) -> dict[str, Any]:
        methods: dict[str, Any] = {}
        for address, node in self._region.nodes.items():
            trigger = self._condition(self._incoming[address])
            if trigger is not None and self._needs_relay(node):
                relay = self._names[_relay(address)]
                methods[relay] = {"listen": trigger, "do": {"call": "code", "ref": RELAY}}
                trigger = relay
            methods[self._names[address]] = self._method(node, trigger)
        return methods

    def _method(self, node: Node, trigger: Any) -> dict[str, Any]:
        do: dict[str, Any] = {"call": "code", "ref": RUN_STEP, "with": {"node": node.address}}
        method: dict[str, Any] = {"do": do}
        if node.step.label is not None:
            method["description"] = node.step.label
        if trigger is None:
            method["start"] = True
        else:
            method["listen"] = trigger
        if node.kind is NodeKind.DECIDE:
            labels = {
                edge.label: self._event(edge)
                for edge in self._outgoing[node.address]
                if edge.label is not None
            }
            do["with"]["labels"] = labels
            method["router"] = True
            method["emit"] = list(labels.values())
        return method

    def _condition(self, groups: dict[str, list[Edge]]) -> Any:
        """All of a group, any of several groups; None: the method starts the flow."""
        if not groups:
            return None
        alternatives = [self._all_of(group) for group in groups.values()]
        if len(alternatives) > 1:
            return {"or": alternatives}
        events: list[str] = alternatives[0]["and"]
        return events[0] if len(events) == 1 else alternatives[0]

    def _all_of(self, group: Iterable[Edge]) -> dict[str, list[str]]:
        # A lone event stays wrapped in `and`: bare events inside an `or` race, and CrewAI cancels
        # the loser and swallows its error (https://github.com/crewAIInc/crewAI/issues/7183).
        return {"and": list(dict.fromkeys(self._event(edge) for edge in group))}

    def _event(self, edge: Edge) -> str:
        """What is heard when an edge fires: a router's label or the end of a method."""
        if edge.label is None:
            return self._names[edge.source]
        return self._names[_take(edge.source, edge.label)]

    def _labels(self) -> list[str]:
        edges = self._region.edges
        return [_take(edge.source, edge.label) for edge in edges if edge.label is not None]

    def _needs_relay(self, node: Node) -> bool:
        """Whether a router would hold up what starts beside it.

        CrewAI runs the routers of an event one by one, and what listens to their labels only when
        everything that listens to the event itself has come to its end, downstream included. A
        plain listener between runs beside the others, and the router waits for nobody but it.
        """
        if node.kind is not NodeKind.DECIDE:
            return False
        sources = {edge.source for group in self._incoming[node.address].values() for edge in group}
        return any(
            edge.target != node.address for source in sources for edge in self._outgoing[source]
        )


def _take(source: str, label: str) -> str:
    """What a label is called before it becomes an identifier: ``take__route__fast``."""
    return f"take:{source}:{label}"


def _relay(address: str) -> str:
    return f"relay:{address}"
