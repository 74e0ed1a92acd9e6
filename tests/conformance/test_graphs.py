"""The graph is no decoration: its edges are the plan's, and its nodes are entered as planned."""

from __future__ import annotations

import pytest

from adapters.trails import trails
from melody.testing.conformance.performing import perform
from tests.conformance.stage import BACKENDS, CASES, adapter_of, compiled_on, ir_of
from workflow_ir.plan import plan


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_edges_that_the_framework_holds_are_those_of_the_plan(name: str, backend: str) -> None:
    held = adapter_of(backend).edges(compiled_on(backend, name))
    planned = {here: frozenset(region.edges) for here, region in trails(plan(ir_of(name)))}
    assert held == planned


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_node_stands_for_each_step_of_the_framework_s_own_object(backend: str) -> None:
    edges = adapter_of(backend).edges(compiled_on(backend, "04_nested_branches"))[""]
    named = {edge.source for edge in edges} | {edge.target for edge in edges}
    assert {"measure", "outer", "outer.good.middle.fine.inner.odd.last", "tell"} <= named


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_crossing_chains_of_300_ms_take_300_ms_in_eager_mode(backend: str) -> None:
    case = CASES["03_crossing_chains"]
    compiled = compiled_on(backend, case.name)
    result = perform(case, adapter_of(backend), compiled, "eager").result
    assert result.usage.wall_s == pytest.approx(0.3)
