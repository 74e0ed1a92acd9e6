"""Edges read back from the definition that a flow holds and runs by.

Nothing here looks at the plan. Methods and events are told in the plan's names by what stands in
each method's own ``with`` block.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from adapters.crewai.compile import RELAY
from workflow_ir.plan import Edge

if TYPE_CHECKING:
    from adapters.crewai.flow import MelodyFlow

_END_OF_NAME = re.compile(r"[.~]")


def edges_of(flow: MelodyFlow) -> frozenset[Edge]:
    """The edges of one flow, in the names of the plan.

    An event that nothing sends is told by its raw name, so that it equals no edge of a plan.
    """
    return frozenset(_Reader(flow._definition.to_dict()["methods"]).edges())  # noqa: SLF001 - no public way to an instance's definition


class _Reader:
    def __init__(self, methods: Mapping[str, Mapping[str, Any]]) -> None:
        self._methods = methods
        self._sources: dict[str, tuple[str, str | None]] = {}
        """By event: the address of the node that sends it, and the label it means."""
        for name, method in methods.items():
            if _is_relay(method):
                continue
            node = method["do"]["with"]
            self._sources[name] = (node["node"], None)
            emitted = method.get("emit", ()) if method.get("router") else ()
            for label, event in node.get("labels", {}).items():
                if event in emitted:
                    self._sources[event] = (node["node"], label)

    def edges(self) -> Iterator[Edge]:
        for method in self._methods.values():
            if not _is_relay(method):
                yield from self._into(method["do"]["with"]["node"], method)

    def _into(self, target: str, method: Mapping[str, Any]) -> Iterator[Edge]:
        alternatives = [
            [self._sources.get(event, (event, None)) for event in events]
            for events in self._alternatives(method)
        ]
        seen: Counter[str] = Counter()
        for sources in alternatives:
            group = "" if len(alternatives) == 1 else _group(target, sources)
            seen[group] += 1
            if len(alternatives) > 1 and (not group or seen[group] > 1):
                # Any one of these ways starts the method: an or-join that no plan has.
                group = f"{group}~or{seen[group]}"
            for source, label in sources:
                yield Edge(source, target, label, group)

    def _alternatives(self, method: Mapping[str, Any]) -> list[list[str]]:
        """The sets of events of which any one, complete, starts a method."""
        conditions = [method.get("listen"), method.get("start")]
        return [
            events
            for condition in conditions
            if isinstance(condition, str | dict)
            for events in self._expand(condition)
        ]

    def _expand(self, condition: str | Mapping[str, Any]) -> list[list[str]]:
        if isinstance(condition, str):
            relay = self._methods.get(condition)
            if relay is not None and _is_relay(relay):
                return self._alternatives(relay)
            return [[condition]]
        if "and" in condition:
            parts = [self._expand(part) for part in condition["and"]]
            return [[event for events in row for event in events] for row in product(*parts)]
        return [events for part in condition["or"] for events in self._expand(part)]


def _is_relay(method: Mapping[str, Any]) -> bool:
    return bool(method["do"].get("ref") == RELAY)


def _group(target: str, sources: list[tuple[str, str | None]]) -> str:
    """Which way of a branch a set of sources stands for: its arm's name, or the label."""
    inside = f"{target.rpartition('~')[0]}."
    names = {
        label if label is not None else _END_OF_NAME.split(source.removeprefix(inside))[0]
        for source, label in sources
        if label is not None or source.startswith(inside)
    }
    return "|".join(sorted(names))
