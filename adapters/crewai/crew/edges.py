"""Edges read back from the live tasks of a crew. Nothing here looks at the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ir.plan import Edge

if TYPE_CHECKING:
    from crewai import Crew


def edges_of(crew: Crew) -> frozenset[Edge]:
    """The edges of one crew: from every task of a task's context to it, by their names."""
    return frozenset(_edges(crew))


def _edges(crew: Crew) -> Iterator[Edge]:
    for index, task in enumerate(crew.tasks):
        # A context that is not a list stands for none, or, left out, for all tasks before.
        before = crew.tasks[:index] if task.context is not None else []
        sources = task.context if isinstance(task.context, list) else before
        for source in sources:
            yield Edge(source.name or source.description, task.name or task.description)
