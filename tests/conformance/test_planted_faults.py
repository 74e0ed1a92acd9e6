"""Faults planted in each backend's own object turn named cases red: the suite can see them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from conductor_core.run import Start
from melody.testing.conformance.findings import findings
from tests.conformance.faults import (
    Fault,
    Walk,
    closed_at_once,
    compile_faulty,
    dropped_edge,
    extra_edge,
    inside,
    or_join,
    place_left_out,
    place_twice,
    swapped_arms,
    swapped_regions,
)
from tests.conformance.stage import BACKENDS, CASES, adapter_of, compiled_on, ir_of

BOTH: tuple[Start, ...] = ("eager", "graph")
GRAPH: tuple[Start, ...] = ("graph",)
NEITHER: tuple[Start, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault and how it must be noticed, beside the edges that are always compared."""

    case: str
    fault: Fault
    code: str = ""
    """What the run itself ends with."""
    stops: tuple[Start, ...] = NEITHER
    """In which modes it must; eager start can mask a wrong edge (spec 1)."""


FAULTS = {
    "a dropped edge": Planted("01_sequence", dropped_edge("first", "second"), "MEL951", GRAPH),
    "a dropped edge of several": Planted(
        "21_needs", dropped_edge("middle", "last"), "MEL951", GRAPH
    ),
    "a dropped edge that a barrier hides": Planted("02_diamond", dropped_edge("right", "bottom")),
    "a dropped edge from the end of an arm": Planted(
        "06_arm_with_two_ends", dropped_edge("route.wide.three", "route~join"), "MEL951", GRAPH
    ),
    "swapped arms": Planted(
        "06_arm_with_two_ends", swapped_arms("route", "wide", "narrow"), "MEL952", BOTH
    ),
    "an or-join": Planted("21_needs", or_join("last"), "MEL951", GRAPH),
    "an or-join of the ends of an arm": Planted(
        "06_arm_with_two_ends", or_join("route~join"), "MEL951", GRAPH
    ),
    "an extra edge that only delays": Planted(
        "03_crossing_chains", extra_edge("alone", "short_second")
    ),
    "an extra edge from an arm that is not taken": Planted(
        "08_arm_not_taken_reads_outer_step", extra_edge("route.go.late", "after"), "MEL953", BOTH
    ),
    "an extra edge to a second arm": Planted(
        "08_arm_not_taken_reads_outer_step",
        extra_edge("quick", "route.go", group="~beside"),
        "MEL952",
        GRAPH,
    ),
    "a dropped edge inside a group": Planted(
        "60_group",
        inside("refine~inside", dropped_edge("refine.one", "refine.two")),
    ),
    "a dropped edge inside a loop": Planted(
        "67_repeat_until",
        inside("loop~inside", dropped_edge("loop.work", "loop.third")),
        "MEL951",
        GRAPH,
    ),
    "the graphs of two parallel branches swapped": Planted(
        "62_parallel", swapped_regions("both.left", "both.right"), "MEL953", BOTH
    ),
    "the graphs of two sub-melodies swapped for those of groups": Planted(
        "60_group", swapped_regions("refine~inside", "plain~inside"), "MEL953", BOTH
    ),
}

WALKS = {
    "a branch of a `parallel` not walked": ("62_parallel", place_left_out("both")),
    "a group not walked": ("60_group", place_left_out("refine")),
    "a group walked twice": ("60_group", place_twice("refine")),
    "an iteration walked twice": ("67_repeat_until", place_twice("loop")),
    "an iteration skipped": ("67_repeat_until", place_left_out("loop", 1)),
    "an item of a map over groups walked twice": ("85_maps_over_scopes", place_twice("sides")),
    "the inside of a sub-melody not walked": ("72_calls_in_calls", place_left_out("one")),
    "a sub-melody closed before its end": ("71_call", closed_at_once("quiet")),
    "a loop closed before its end": ("68_repeat_while", closed_at_once("loop")),
}
"""Faults of walking, by case: the graphs themselves are right."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("planted", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_turns_its_case_red(planted: Planted, backend: str, start: Start) -> None:
    case, adapter = CASES[planted.case], adapter_of(backend)
    faulty = compile_faulty(adapter, ir_of(planted.case), planted.fault)
    found = findings(case, adapter, faulty, start)
    told = [f"{one.check}: {one.message}" for one in found]
    assert "edges" in {one.check for one in found}, told
    if start in planted.stops:
        assert any(text.startswith(f"fault: {planted.code}") for text in told), told


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize(("name", "walk"), WALKS.values(), ids=WALKS)
def test_a_place_walked_wrongly_stops_the_run(
    name: str, walk: Walk, backend: str, start: Start
) -> None:
    adapter = adapter_of(backend)
    with walk():
        found = findings(CASES[name], adapter, compiled_on(backend, name), start)
    told = [f"{one.check}: {one.message}" for one in found]
    assert any(text.startswith("fault: MEL953") for text in told), told


CHANGED = {planted.case for planted in FAULTS.values()} | {name for name, _ in WALKS.values()}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("name", sorted(CHANGED))
def test_without_a_fault_the_named_cases_are_green(name: str, backend: str, start: Start) -> None:
    adapter = adapter_of(backend)
    assert findings(CASES[name], adapter, adapter.compile(ir_of(name)), start) == []
