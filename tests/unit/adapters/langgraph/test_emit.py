"""The graphs of a generated project: what waits for what, as LangGraph holds it."""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from adapters.emitter.project import GeneratedProject
from adapters.emitter.regions.regions import GeneratedModule, modules_of
from adapters.langgraph.drawn import LIMIT_ABOVE, NOWHERE, node_name, waits_of
from adapters.langgraph.emit import emit
from tests.ejected.subjects import MELODIES
from tests.unit.adapters.emitter.steps.written_steps import compiled
from workflow_ir.plan import OTHERWISE, NodeKind, Region
from workflow_ir.workflow import WorkflowIR

WAYS = """
base: {set: 1}
beside: {set: 2, needs: [base]}
way:
  branch:
    - name: straight
      when: inputs.n == 1
      steps: {one: {set: 3}, two: {set: 4, needs: [one, base]}}
      result: 1
    - {name: wide, when: inputs.n == 2, steps: {left: {set: 5}, right: {set: 6}}, result: 2}
    - name: late
      when: inputs.n == 3
      steps: {slow: {set: "${{ steps.beside.output }}"}}
      result: 3
    - {name: nothing, else: true, result: 4}
  needs: [base]
end: {set: 7, needs: [base, beside, way]}
"""


@contextmanager
def graph_of(project: GeneratedProject, folder: Path) -> Iterator[ModuleType]:
    """The module `graph.py` of a project, importable as long as this lasts."""
    for file in project.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    known = set(sys.modules)
    sys.path.insert(0, str(folder / "src"))
    try:
        yield importlib.import_module(f"{project.name}.graph")
    finally:
        sys.path.remove(str(folder / "src"))
        for name in set(sys.modules) - known:
            if name.partition(".")[0] == project.name:
                del sys.modules[name]


Ways = set[tuple[frozenset[str], str | None, str]]
"""Sources that are waited for together, label, target."""


def held(builder: Any) -> Ways:
    """What LangGraph holds."""
    found: Ways = {(frozenset({source}), None, target) for source, target in builder.edges}
    found |= {(frozenset(sources), None, target) for sources, target in builder.waiting_edges}
    for source, decisions in builder.branches.items():
        for decision in decisions.values():
            for label, target in decision.ends.items():
                found.add((frozenset({source}), label, target))
    return {way for way in found if not {"__start__", "__end__"} & {*way[0], way[2]}}


def planned(module: GeneratedModule, region: Region) -> Ways:
    """What the plan says, without arms that a single node follows."""
    waits = waits_of(region)
    names = {address: node_name(module, node) for address, node in region.nodes.items()}
    alone = {
        sources[0]: target
        for target, groups in waits.items()
        for sources in groups.values()
        if len(sources) == 1
        and region.nodes[sources[0]].kind is NodeKind.ARM
        and {edge.target for edge in region.outgoing()[sources[0]]} == {target}
    }
    found: Ways = set()
    for edge in region.edges:
        if edge.label is not None:
            label = NOWHERE if edge.label == OTHERWISE else edge.label
            found.add((frozenset({names[edge.source]}), label,
                       names[alone.get(edge.target, edge.target)]))  # fmt: skip
    for target, groups in waits.items():
        for sources in groups.values():
            if sources and sources[0] not in alone:
                found.add((frozenset(names[one] for one in sources), None, names[target]))
    return found


def regions(ir: WorkflowIR) -> Mapping[str, tuple[GeneratedModule, Region]]:
    return {
        f"{module.stem}.{one.name}": (module, one.region)
        for module in modules_of(ir)
        for one in module.regions
    }


@pytest.mark.parametrize(
    "name", ["04_nested_branches", "06_arm_with_two_ends", "85_maps_over_scopes",
             "72_calls_in_calls", "84_guarded_scopes", "01_release_notes", "04_batch_review"],
)  # fmt: skip
def test_langgraph_holds_the_edges_of_the_plan(name: str, tmp_path: Path) -> None:
    ir = MELODIES[name].ir
    with graph_of(emit(ir, MELODIES[name].sources), tmp_path) as module:
        package = module.__name__.partition(".")[0]
        wanted = regions(ir)
        assert len(module.GRAPHS) == len(wanted)
        for path, (of, region) in wanted.items():
            stem, constant = path.split(".")
            steps = importlib.import_module(f"{package}.{stem}")
            graph = module.GRAPHS[getattr(steps, constant)]
            drawn = {way for way in held(graph.builder)
                     if not {"begin", "finish"} & {*way[0], way[2]}}  # fmt: skip
            assert drawn == planned(of, region), path


def lines_of(ir: WorkflowIR) -> list[str]:
    (text,) = (file.text for file in emit(ir).files if file.path.endswith("/graph.py"))
    return [line.strip() for line in text.splitlines()]


def test_an_arm_has_a_node_only_where_several_steps_follow_it() -> None:
    lines = lines_of(compiled(WAYS))
    assert [line for line in lines if line.endswith(", take)")] == [
        "builder.add_node('way.wide', take)",
        "builder.add_node('way.late', take)",
    ]
    (ways,) = (line for line in lines if line.startswith("{'straight'"))
    assert ways == (
        "{'straight': 'one', 'wide': 'way.wide', 'late': 'way.late', 'nothing': 'way_result', "
        "'no arm': 'way_result', },"
    )


def test_nothing_is_waited_for_that_another_one_has_waited_for() -> None:
    lines = lines_of(compiled(WAYS))
    assert "builder.add_edge(['beside', 'way_result'], 'end')" in lines
    assert "builder.add_edge('one', 'two')" in lines
    assert "builder.add_edge(['way.late', 'beside'], 'slow')" in lines
    assert "builder.add_edge('base', 'way')" in lines


def test_a_step_may_be_called_as_our_own_nodes_are() -> None:
    lines = lines_of(compiled("begin: {set: 1}\nfinish: {set: 2, needs: [begin]}"))
    assert "builder.add_edge(START, 'begin.')" in lines
    assert "builder.add_edge('begin.', 'begin')" in lines
    assert "builder.add_edge('finish', 'finish.')" in lines


def test_the_recursion_limit_follows_the_largest_graph() -> None:
    steps = "\n".join(f"s{n}: {{set: 1}}" for n in range(40))
    (text,) = (f.text for f in emit(compiled(steps)).files if f.path.endswith("/nodes.py"))
    assert f"MOST_SUPERSTEPS = {40 + LIMIT_ABOVE}\n" in text


def test_the_project_is_laid_out_as_langgraph_new_does() -> None:
    project = emit(compiled("one: {play: hand}"))
    texts = {file.path: file for file in project.files}
    assert {
        "langgraph.json", "pyproject.toml", ".env.example", "README.md",
        "src/small/graph.py", "src/small/state.py", "src/small/nodes.py",
        "tests/unit_tests/test_small.py",
    } <= texts.keys()  # fmt: skip
    config = json.loads(texts["langgraph.json"].text)
    assert config == {
        "dependencies": ["."],
        "graphs": {"small": "./src/small/graph.py:graph"},
        "env": ".env",
    }
    built = tomllib.loads(texts["pyproject.toml"].text)
    assert any(one.startswith("langgraph>=1.2") for one in built["project"]["dependencies"])
    graph = texts["src/small/graph.py"].text
    assert "checkpointer" not in graph
    assert "from ." not in graph  # servers load it by its path
