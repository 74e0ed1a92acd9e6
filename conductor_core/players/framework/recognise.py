"""Which framework's object it is: told by the names of its types, so that nothing is imported."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum


class Kind(StrEnum):
    """What can perform a step."""

    GRAPH = "compiled LangGraph graph"
    UNCOMPILED_GRAPH = "LangGraph StateGraph"
    TOOL = "LangChain tool"
    RUNNABLE = "LangChain runnable"
    CREW = "CrewAI Crew"
    CREW_BASE = "CrewAI class decorated with @CrewBase"
    FLOW = "CrewAI Flow"
    FLOW_CLASS = "CrewAI Flow class"


_INSTANCES = (
    ("langgraph", "Pregel", Kind.GRAPH),
    ("langgraph", "StateGraph", Kind.UNCOMPILED_GRAPH),
    ("langchain_core", "BaseTool", Kind.TOOL),
    ("langchain_core", "Runnable", Kind.RUNNABLE),
    ("crewai", "Crew", Kind.CREW),
    ("crewai", "Flow", Kind.FLOW),
)
"""Package, name of a class in it or of a base, kind. The first row that fits counts: a graph and a
tool are runnables, too."""


def recognise(found: object) -> Kind | None:
    """The kind of an object; None if it is of no framework.

    >>> recognise(print) is None
    True
    """
    if isinstance(found, type):
        if getattr(found, "is_crew_class", False):
            return Kind.CREW_BASE
        return Kind.FLOW_CLASS if ("crewai", "Flow") in _names(found) else None
    names = set(_names(type(found)))
    return next((kind for package, name, kind in _INSTANCES if (package, name) in names), None)


def _names(kind: type) -> Iterator[tuple[str, str]]:
    """Of a type and its bases: the package, and the name without its type arguments."""
    for base in kind.__mro__:
        yield base.__module__.partition(".")[0], base.__name__.partition("[")[0]
