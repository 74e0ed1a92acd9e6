"""What must hold of one drawn Melody on every backend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters import registry
from adapters.base import Compiled, OrchestrationAdapter
from conductor_core.run import Start
from melody.comparing import differences
from melody.testing.conformance.case import Case
from melody.testing.conformance.checks.edges import edge_findings
from melody.testing.conformance.checks.entries import entry_findings
from melody.testing.conformance.performing import Performed, perform, workflow
from tests.differential.complaints import complaints
from tests.differential.touched import untouched
from workflow_ir.result import RunStatus, StepStatus
from workflow_ir.schedule_dependence import Place, schedule_dependence

BACKENDS = ("native", "langgraph", "crewai")
_SHOWN = 3
"""Differences that are told of one run."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a case on which everything holds."""

    status: RunStatus
    """In eager mode, on every backend."""
    places: tuple[Place, ...]
    """Where the schedule may change the outcome."""
    changed: tuple[str, ...]
    """Backends whose own schedule did change it."""


class NotEqual(AssertionError):
    """Two runs of one Melody that should be equal are not, or one is wrong by itself."""


def look(case: Case) -> Looked:
    """Run a case on every backend in both start modes.

    Raises:
        NotEqual: Something does not hold; with the first differences.
    """
    ir = workflow(case)
    places = schedule_dependence(ir)
    reference: Performed | None = None
    changed: list[str] = []
    for backend in BACKENDS:
        adapter = _adapter(backend)
        compiled = adapter.compile(ir)
        found = [one.message for one in edge_findings(adapter, compiled)]
        eager = _performed(case, adapter, compiled, "eager")
        if reference is None:
            reference = eager
        found += _unlike(reference, eager, whole=True)
        _hold(f"{backend}, eager", found)
        graph = _performed(case, adapter, compiled, "graph")
        unlike = list(_unlike(reference, graph, whole=False))
        if unlike and not places:
            _hold(f"{backend}, graph, where no place is named", unlike)
        others = untouched(ir, places, _changed(reference, graph))
        _hold(f"{backend}, graph, far from all named places", others)
        if unlike:
            changed.append(backend)
    assert reference is not None
    return Looked(reference.result.status, places, tuple(changed))


def _performed(
    case: Case, adapter: OrchestrationAdapter, compiled: Compiled, start: Start
) -> Performed:
    place = f"{adapter.get_framework_name()}, {start}"
    with complaints() as complained:
        try:
            performed = perform(case, adapter, compiled, start)
        except Exception as problem:
            raise NotEqual(f"{place}: {type(problem).__name__}: {problem}") from problem
    _hold(place, complained)
    found = [one.message for one in entry_findings(compiled, performed)]
    found += [f"{name} still goes on" for name in performed.left]
    found += _untrue(performed)
    _hold(place, found)
    return performed


def _untrue(performed: Performed) -> Iterator[str]:
    """A run that did not reach its outputs never says so (issue: nothing is lost in silence)."""
    result = performed.result
    ended = (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)
    if result.status in (RunStatus.SUCCEEDED, RunStatus.RECOVERED, RunStatus.DEGRADED):
        top = {path: step for path, step in result.steps.items() if path.isalnum()}
        yield from (
            f"the run {result.status}, {path} is {step.status}"
            for path, step in top.items()
            if step.status in (*ended, StepStatus.FAILED)
        )
        if any(value is None for value in result.outputs.values()):
            yield f"the run {result.status} without its outputs"
    elif result.status is RunStatus.FAILED and result.error is None:
        yield "the run failed without an error"


def _unlike(reference: Performed, other: Performed, *, whole: bool) -> Iterator[str]:
    """Differences in the normal form; ``whole``: also in time and in what happened on the way."""
    left, right = reference.result, other.result
    for path, mine, its in differences(left.normal_form(), right.normal_form()):
        yield f"{path}: {mine!r}, here {its!r}"
    if not whole:
        return
    if left.usage != right.usage:
        yield f"usage: {left.usage}, here {right.usage}"
    mine, its = _by_path(reference), _by_path(other)
    for path in sorted(mine.keys() | its.keys()):
        if mine.get(path) != its.get(path):
            yield f"events of {path!r}: {mine.get(path)}, here {its.get(path)}"


def _changed(reference: Performed, other: Performed) -> list[str]:
    """Run paths of the steps that are not told alike."""
    left, right = (one.result.normal_form()["steps"] for one in (reference, other))
    return [path for path in {**left, **right} if left.get(path) != right.get(path)]


def _by_path(performed: Performed) -> dict[str, list[Any]]:
    """What happened to each step, in its order, with the (virtual) times."""
    told: dict[str, list[Any]] = defaultdict(list)
    for event in performed.events:
        told[event.path].append((event.kind.value, event.time, event.facts))
    return dict(told)


def _hold(place: str, found: list[str]) -> None:
    if found:
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise NotEqual(f"{place}: {'; '.join(found[:_SHOWN])}{more}")


@cache
def _adapter(name: str) -> OrchestrationAdapter:
    return registry.load(name)
