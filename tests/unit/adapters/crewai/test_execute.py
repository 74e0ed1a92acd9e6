from __future__ import annotations

from typing import get_args

import pytest

from adapters.base import OrchestrationAdapter
from adapters.crewai import ADAPTER
from adapters.native import ADAPTER as NATIVE
from conductor_core.run import Start
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from tests.unit.adapters.crewai.stage import perform, stage
from workflow_ir.result import RunStatus

STARTS: tuple[Start, ...] = get_args(Start)
AS_CHOSEN_AND_AS_FLOW = pytest.mark.parametrize("adapter", [ADAPTER, FLOWS], ids=["crew", "flow"])


@AS_CHOSEN_AND_AS_FLOW
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", melodies.ALL)
def test_every_melody_gives_what_the_native_backend_gives(
    name: str, start: Start, adapter: OrchestrationAdapter
) -> None:
    ir, here, there = melodies.ALL[name], stage(), stage()
    result = perform(ir, start, here, adapter=adapter)
    expected = perform(ir, "eager", there, adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()
    assert result.entries == expected.entries
    assert set(result.entries.values()) <= {1}
    assert result.status is RunStatus.SUCCEEDED


@AS_CHOSEN_AND_AS_FLOW
@pytest.mark.parametrize("name", melodies.ALL)
def test_no_melody_takes_longer_in_virtual_time_than_on_the_native_backend(
    name: str, adapter: OrchestrationAdapter
) -> None:
    ir, native, eager, graph = melodies.ALL[name], stage(), stage(), stage()
    perform(ir, "eager", native, adapter=NATIVE)
    perform(ir, "eager", eager, adapter=adapter)
    perform(ir, "graph", graph, adapter=adapter)
    assert native.elapsed_s == eager.elapsed_s == graph.elapsed_s


def test_two_crossing_chains_of_300_ms_take_300_ms() -> None:
    on = stage()
    perform(melodies.CROSSING, "eager", on)
    assert on.elapsed_s == 0.3


def test_a_branch_beside_a_chain_does_not_wait_for_its_end() -> None:
    # CrewAI itself would start the arms when `beside2` has ended: 0.5 s.
    on = stage()
    perform(melodies.TWO_BRANCHES, "graph", on)
    assert on.elapsed_s == 0.4


@AS_CHOSEN_AND_AS_FLOW
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", ["threshold_map", "tolerant_nested_map"])
def test_items_may_fail_down_to_the_threshold(
    name: str, start: Start, adapter: OrchestrationAdapter
) -> None:
    fails = ("m[1]", "m[1].even.x")
    result = perform(melodies.ALL[name], start, stage(fails), adapter=adapter)
    expected = perform(melodies.ALL[name], "eager", stage(fails), adapter=NATIVE)
    assert result.normal_form() == expected.normal_form()
    assert result.status is RunStatus.DEGRADED
    assert result.steps["m"].failed == [1]


@pytest.mark.parametrize("start", STARTS)
def test_any_of_a_map_ends_the_others(start: Start) -> None:
    on = stage(takes={"m[1]": 0.05})
    result = perform(melodies.ANY_MAP, start, on)
    assert result.outputs == {}
    assert [result.steps[f"m[{i}]"].status.value for i in range(3)] == [
        "cancelled",
        "succeeded",
        "cancelled",
    ]
    assert sorted(on.cast.began) == sorted(on.cast.ended)


@AS_CHOSEN_AND_AS_FLOW
def test_graph_mode_starts_steps_in_the_order_of_the_plan(adapter: OrchestrationAdapter) -> None:
    on = stage()
    perform(melodies.DIAMOND, "graph", on, adapter=adapter)
    assert on.cast.began == ["a", "b", "c", "d"]


@pytest.mark.parametrize("start", STARTS)
def test_a_melody_without_steps_ends_at_once(start: Start) -> None:
    result = perform(melodies.EMPTY, start, stage())
    assert result.outputs == {"one": 1}
    assert result.entries == {}
