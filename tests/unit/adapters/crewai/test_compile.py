from __future__ import annotations

from typing import Any

import pytest

from adapters.crewai.compile import definition
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from tests.unit.adapters.crewai.melodies import branch, choice, melody, play
from workflow_ir.plan import NodeKind, plan
from workflow_ir.workflow import WorkflowIR


def _methods(ir: WorkflowIR) -> dict[str, Any]:
    methods: dict[str, Any] = definition(plan(ir), "tune")["methods"]
    return methods


@pytest.mark.parametrize("name", melodies.ALL)
def test_every_node_is_one_method_and_only_relays_are_more(name: str) -> None:
    for region in plan(melodies.ALL[name]).all_regions():
        methods = definition(region, "tune")["methods"].values()
        nodes = [m["do"]["with"]["node"] for m in methods if "with" in m["do"]]
        relays = [m for m in methods if "with" not in m["do"]]
        assert nodes == list(region.nodes)
        assert len(relays) <= sum(n.kind is NodeKind.DECIDE for n in region.nodes.values())


def test_a_router_alone_behind_its_source_needs_no_relay() -> None:
    assert "relay__route" not in _methods(melody([play("a"), choice("route", "true", "a")]))
    assert "relay__route" in _methods(
        melody([play("a"), play("b", "a"), choice("route", "true", "a")])
    )


def test_alternatives_of_a_join_never_stand_bare_in_an_or() -> None:
    listen = _methods(melodies.SECOND_ARM)["route__join"]["listen"]
    assert listen == {
        "or": [
            {"and": ["route__fast__x", "route__fast__y"]},
            {"and": ["route__slow__q"]},
            {"and": ["take__route____otherwise"]},
        ]
    }


@pytest.mark.parametrize("name", melodies.ALL)
def test_crewai_finds_no_racing_listeners_in_any_flow(name: str) -> None:
    compiled = FLOWS.compile(melodies.ALL[name])
    for flow in (compiled.native, *compiled.children.values()):
        assert flow._build_racing_groups() == {}


def test_the_limit_of_method_calls_is_written_and_grows_with_the_plan() -> None:
    long = melody([play("s0"), *(play(f"s{i}", f"s{i - 1}") for i in range(1, 150))])
    flow = FLOWS.compile(long).native
    assert flow._definition.config.max_method_calls == flow.max_method_calls == 151


def test_tracing_is_off_in_the_definition_itself() -> None:
    assert FLOWS.compile(melodies.CHAIN).native._definition.config.tracing is False


def test_a_label_of_a_step_is_the_description_of_its_method() -> None:
    labelled = {**play("a"), "label": "Read the log"}
    assert _methods(melody([labelled]))["a"]["description"] == "Read the log"


def test_the_native_object_is_a_flow_that_can_be_drawn(tmp_path: Any) -> None:
    from crewai.flow.flow import Flow

    compiled = FLOWS.compile(melodies.NESTED_MAP)
    assert isinstance(compiled.native, Flow)
    assert set(compiled.children) == {"m"}
    page = compiled.native.plot(str(tmp_path / "flow.html"), show=False)
    assert "route" in _text(FLOWS.compile(melodies.FIRST_ARM).native.plot("f.html", show=False))
    assert page


def _text(page: str) -> str:
    from pathlib import Path

    return "".join(file.read_text(encoding="utf-8") for file in Path(page).parent.iterdir())


def test_the_definition_round_trips_through_its_own_declaration() -> None:
    from crewai.flow.flow_definition import FlowDefinition

    tree = FLOWS.compile(melodies.NESTED).native._definition.to_dict()
    assert FlowDefinition.from_declaration(contents=tree).to_dict() == tree


def test_a_branch_that_starts_the_melody_starts_the_flow() -> None:
    method = _methods(melody([branch("route", [melodies.arm("a", [])])]))["route"]
    assert method["start"] is True
    assert method["router"] is True
