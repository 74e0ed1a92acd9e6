from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.crewai.crew.shape import Layers, NoCrew, shape
from tests.unit.adapters.crewai.melodies import (
    CHAIN,
    CROSSING,
    DIAMOND,
    EMPTY,
    FIRST_ARM,
    MAP,
    Tree,
    branch,
    for_each,
    leaf,
    melody,
    play,
    set_,
    step,
)
from workflow_ir.plan import Edge, Region, plan


def _shape(steps: Sequence[Tree]) -> Layers | NoCrew:
    return shape(plan(melody(steps)))


def _reason(found: Layers | NoCrew) -> str:
    assert isinstance(found, NoCrew), found
    return found.reason


def test_a_chain_is_a_crew_with_one_task_a_layer() -> None:
    assert shape(plan(CHAIN)) == Layers((("a",), ("b",), ("c",)))
    assert str(shape(plan(CHAIN))) == "its steps are a chain"


def test_a_single_step_is_a_crew_and_no_step_is_none() -> None:
    assert _shape([set_("a", "1")]) == Layers((("a",),))
    assert _reason(shape(plan(EMPTY))) == "it has no steps"


def test_a_fan_out_that_meets_again_is_a_crew() -> None:
    assert shape(plan(DIAMOND)) == Layers((("a",), ("b", "c"), ("d",)))
    assert str(shape(plan(DIAMOND))) == "its steps are layers of fan-out and join"


def test_the_first_layer_may_hold_several_steps() -> None:
    assert _shape([play("x"), play("y"), play("z", "x", "y")]) == Layers((("x", "y"), ("z",)))


def test_layers_stand_in_file_order_whatever_the_order_of_the_steps() -> None:
    found = _shape([play("end", "two", "one"), play("two", "first"), play("one", "first"),
                    play("first")])  # fmt: skip
    assert found == Layers((("first",), ("two", "one"), ("end",)))


def test_a_shortcut_past_a_layer_changes_nothing() -> None:
    assert _shape([play("a"), play("b", "a"), play("c", "a", "b")]) == Layers(
        (("a",), ("b",), ("c",))
    )


def test_maps_and_steps_that_hold_steps_are_tasks_like_others() -> None:
    group = {"kind": "group", "scope": {"steps": [play("g.x"), play("g.y")]}}
    assert shape(plan(MAP)) == Layers((("m",), ("after",)))
    assert _shape([step("g", group), for_each("m", "[1]", leaf(), "g")]) == Layers((("g",), ("m",)))


def test_steps_that_end_it_side_by_side_are_no_crew() -> None:
    reason = _reason(_shape([play("a"), play("b", "a"), play("c", "a")]))
    assert reason == "'b' and 'c' end it side by side, and a crew ends with one task"
    assert "'a' and 'b'" in _reason(_shape([play("a"), play("b")]))


def test_layers_of_several_steps_may_not_follow_one_another() -> None:
    reason = _reason(shape(plan(CROSSING)))
    assert reason == "'a2' and 'b2' stand side by side behind 'a1' and 'b1', which do so too"


def test_several_layers_of_several_steps_may_follow_joins() -> None:
    steps = [
        play("a"), play("b1", "a"), play("b2", "a"), play("c", "b1", "b2"),
        play("d1", "c"), play("d2", "c", "b1"), play("d3", "c"), play("e", "d1", "d2", "d3"),
    ]  # fmt: skip
    assert _shape(steps) == Layers((("a",), ("b1", "b2"), ("c",), ("d1", "d2", "d3"), ("e",)))


def test_a_join_that_would_be_held_up_by_a_stranger_is_no_crew() -> None:
    # In a crew `next` would begin when `slow` has ended, which it does not wait for.
    steps = [play("a"), play("quick", "a"), play("slow", "a"), play("next", "quick"),
             play("end", "next", "slow")]  # fmt: skip
    assert _reason(_shape(steps)) == "'next' does not wait for 'slow' beside it"


def test_a_branch_is_no_crew_and_neither_is_what_stands_round_it() -> None:
    reason = _reason(shape(plan(FIRST_ARM)))
    assert reason == "'route' is a branch, and a crew takes no decisions"
    assert isinstance(_shape([play("a"), branch("r", [], "a")]), NoCrew)


@pytest.mark.parametrize("odd", [Edge("a", "b", label="x"), Edge("a", "b", group="x")])
def test_edges_that_no_context_can_say_are_no_crew(odd: Edge) -> None:
    region = plan(CHAIN)
    odd_one = replace(region, edges=tuple(odd if e.target == "b" else e for e in region.edges))
    assert _reason(shape(odd_one)) == "some of its steps wait for one step or another"


def test_a_circle_that_no_compiler_makes_is_no_crew() -> None:
    region: Region = plan(CHAIN)
    circle = replace(region, edges=(*region.edges, Edge("c", "b")))
    assert _reason(shape(circle)) == "its steps wait for one another in a circle"
