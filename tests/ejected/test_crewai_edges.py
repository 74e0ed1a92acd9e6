"""The live flows and crews of ejected projects have the edges of the plan, no more and no less."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from adapters.crewai.crew.edges import edges_of
from adapters.emitter.naming.names import package_name
from adapters.emitter.regions.regions import GeneratedModule, GeneratedRegion, modules_of
from tests.ejected import crewai_stage
from tests.ejected.ejected import covered, environment, known_as, package_of, part
from tests.ejected.subjects import Subject
from workflow_ir.plan import OTHERWISE, NodeKind, Region

COVERED = [pytest.param(subject, id=melody) for melody, subject in covered("crewai")]

Waits = dict[str, frozenset[frozenset[tuple[str, str | None]]]]
"""By node: what all of one way to it is, for each way: sources with the labels that they send."""


@pytest.mark.parametrize("subject", COVERED)
def test_the_edges_are_those_of_the_plan(subject: Subject) -> None:
    with environment(crewai_stage.variables()):
        package = package_of(subject, "crewai")
        with known_as(package, package_name(subject.ir.name)):
            found = dict(_live(package, subject))
    regions = [(module, drawn) for module in modules_of(subject.ir) for drawn in module.regions]
    assert set(found) == {f"{module.stem}.{drawn.name}" for module, drawn in regions}
    for module, drawn in regions:
        assert found[f"{module.stem}.{drawn.name}"] == _planned(drawn.region)


def _planned(region: Region) -> Waits:
    """Of a plan, where arms, which are no methods, are told by their labels."""
    waits = {}
    for target, groups in region.incoming().items():
        if region.nodes[target].kind is NodeKind.ARM:
            continue
        ways = []
        for edges in groups.values():
            sources: set[tuple[str, str | None]] = set()
            for edge in edges:
                arm = region.nodes[edge.source].arm
                node = region.nodes[edge.source]
                sources.add(
                    (edge.source, edge.label) if arm is None else (node.step.address, arm.name)
                )
            ways.append(frozenset(sources))
        waits[target] = frozenset(ways)
    return waits


def _live(package: Any, subject: Subject) -> Iterator[tuple[str, Waits]]:
    modules = modules_of(subject.ir)
    drawn = {f"{one.stem}.{each.name}": (one, each) for one in modules for each in one.regions}
    if _has(package, "crew"):
        _, whole = drawn["steps.MELODY"]
        yield "steps.MELODY", _of_crew(package, whole)
    if _has(package, "flow"):
        for region, flow in part(package, "flow_steps").FLOWS.items():
            (name,) = (key for key in drawn if _is(package, key, region))
            yield name, _of_flow(flow, *drawn[name])


def _has(package: Any, name: str) -> bool:
    return (Path(package.__path__[0]) / f"{name}.py").is_file()


def _is(package: Any, name: str, region: Any) -> bool:
    stem, _, constant = name.partition(".")
    return getattr(part(package, stem), constant) is region


def _of_crew(package: Any, whole: GeneratedRegion) -> Waits:
    steps, known = part(package, "steps"), part(package, "agent").STEPS
    addresses = {id(getattr(steps, name)): str(at) for at, name in whole.steps.items()}
    (made,) = (
        one
        for name, one in vars(part(package, "crew")).items()
        if name.endswith("Crew") and name != "StepCrew"
    )
    crew = made().crew()
    waits: dict[str, set[tuple[str, str | None]]] = {
        addresses[id(known[task.name])]: set() for task in crew.tasks
    }
    for edge in edges_of(crew):
        source, target = (addresses[id(known[one])] for one in (edge.source, edge.target))
        waits[target].add((source, None))
    return {
        target: frozenset([frozenset(sources)] if sources else [])
        for target, sources in waits.items()
    }


def _of_flow(flow: Any, module: GeneratedModule, drawn: GeneratedRegion) -> Waits:
    methods = flow.flow_definition().to_dict()["methods"]
    by_name = {f"{module.stem}.{name}": str(at) for at, name in drawn.steps.items()}
    nodes = {name: _node(getattr(flow, name), by_name) for name in methods}
    waits = {}
    for name, node in nodes.items():
        if node is not None:
            ways = _ways(methods[name].get("listen"), methods, nodes)
            waits[node] = frozenset(frozenset(_sources(way, nodes)) for way in ways)
    return waits


def _node(method: Any, by_name: dict[str, str]) -> str | None:
    """The node that a method is for, by what it calls; None: it is for none."""
    text = ast.unparse(ast.parse(inspect.cleandoc(inspect.getsource(method.unwrap()))))
    found = re.search(r"await (perform|decide|join)\((\w+\.\w+)\)", text)
    if found is None:
        return None
    return by_name[found[2]] + ("~join" if found[1] == "join" else "")


def _ways(condition: Any, methods: Any, nodes: Any) -> list[list[str]]:
    """The sets of events of which any one starts a method, seen through what is for no node."""
    if condition is None:
        return []
    if isinstance(condition, str):
        if condition in nodes and nodes[condition] is None:
            return _ways(methods[condition].get("listen"), methods, nodes)
        return [[condition]]
    if "and" in condition:
        parts = [_ways(one, methods, nodes) for one in condition["and"]]
        return [[event for events in row for event in events] for row in product(*parts)]
    return [way for one in condition["or"] for way in _ways(one, methods, nodes)]


def _sources(way: list[str], nodes: Any) -> Iterator[tuple[str, str | None]]:
    for event in way:
        if event in nodes:
            yield nodes[event], None
        else:
            router, _, arm = event.partition(".")
            yield nodes[router], OTHERWISE if arm == "no arm" else arm
