"""The graph is no decoration: its edges are the plan's, and its nodes are entered as planned."""

from __future__ import annotations

import pytest

from adapters.trails import trails
from conductor_core.run import Start
from tests.conformance import drive
from tests.conformance.stage import BACKENDS, CASES, adapter_of, compiled_on, ir_of
from workflow_ir.plan import plan

WHOLE = [
    name
    for name, case in CASES.items()
    if not case.expected.error and case.expected.status != "paused"
]
"""Cases that come to their end."""


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_edges_that_the_framework_holds_are_those_of_the_plan(name: str, backend: str) -> None:
    held = adapter_of(backend).edges(compiled_on(backend, name))
    planned = {here: frozenset(region.edges) for here, region in trails(plan(ir_of(name)))}
    assert held == planned


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_a_run_that_finishes_enters_each_node_on_its_way_once_and_no_other(
    name: str, backend: str, start: Start
) -> None:
    case, compiled = CASES[name], compiled_on(backend, name)
    result = drive.perform(case, adapter_of(backend), compiled, start).result
    wanted, optional = drive.entries(compiled, result)
    counted = {node: times for node, times in result.entries.items() if times}
    assert {n: t for n, t in counted.items() if n not in optional} == {
        n: t for n, t in wanted.items() if n not in optional
    }


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_node_stands_for_each_step_of_the_framework_s_own_object(backend: str) -> None:
    edges = adapter_of(backend).edges(compiled_on(backend, "04_nested_branches"))[""]
    named = {edge.source for edge in edges} | {edge.target for edge in edges}
    assert {"measure", "outer", "outer.good.middle.fine.inner.odd.last", "tell"} <= named


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_crossing_chains_of_300_ms_take_300_ms_in_eager_mode(backend: str) -> None:
    case = CASES["03_crossing_chains"]
    compiled = compiled_on(backend, case.name)
    result = drive.perform(case, adapter_of(backend), compiled, "eager").result
    assert result.usage.wall_s == pytest.approx(0.3)
