from __future__ import annotations

import pytest

from adapters.crewai import ADAPTER
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from workflow_ir.plan import plan


@pytest.mark.parametrize("name", melodies.ALL)
def test_the_edges_read_back_are_those_of_the_plan(name: str) -> None:
    for adapter in (ADAPTER, FLOWS):
        compiled = adapter.compile(melodies.ALL[name])
        planned = {
            region.address: frozenset(region.edges) for region in plan(compiled.ir).all_regions()
        }
        assert adapter.edges(compiled) == planned


def test_names_that_would_meet_stay_apart() -> None:
    methods = ADAPTER.compile(melodies.SAME_SLUGS).native._definition.methods
    labels = [label for method in methods.values() for label in method.emit or ()]
    assert "take__route" in methods
    assert {"take__route_2", "take__route__fast"} < {*methods, *labels}
    assert len({name.lower() for name in (*methods, *labels)}) == len(methods) + len(labels)


def test_a_definition_that_was_changed_is_read_as_it_is_and_not_as_it_was_planned() -> None:
    compiled = ADAPTER.compile(melodies.FIRST_ARM)
    methods = compiled.native._definition.methods
    methods["route__join"].listen = {"or": ["route__fast__x", "route__fast__y", "nowhere"]}
    methods["after"].listen = {"and": ["route__join", "route__fast"]}
    changed = ADAPTER.edges(compiled)[""] ^ frozenset(compiled.graph.edges)
    told = {(edge.source, edge.target) for edge in changed}
    assert ("nowhere", "route~join") in told
    assert ("route.fast", "after") in told
    assert ("route.slow.q", "route~join") in told


def test_a_label_that_its_router_does_not_declare_is_told_by_its_raw_name() -> None:
    compiled = ADAPTER.compile(melodies.FIRST_ARM)
    compiled.native._definition.methods["route"].emit.remove("take__route__fast")
    sources = {edge.source for edge in ADAPTER.edges(compiled)[""]}
    assert "take__route__fast" in sources
