"""Faults planted in each backend's own object turn named cases red: the suite can see them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from conductor_core.run import Start
from tests.conformance import drive
from tests.conformance.faults import (
    Fault,
    compile_faulty,
    dropped_edge,
    extra_edge,
    or_join,
    swapped_arms,
)
from tests.conformance.stage import BACKENDS, CASES, adapter_of, ir_of

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
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("planted", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_turns_its_case_red(planted: Planted, backend: str, start: Start) -> None:
    case, adapter = CASES[planted.case], adapter_of(backend)
    faulty = compile_faulty(adapter, ir_of(planted.case), planted.fault)
    found = drive.findings(case, adapter, faulty, start)
    told = [f"{one.check}: {one.message}" for one in found]
    assert "edges" in {one.check for one in found}, told
    if start in planted.stops:
        assert any(text.startswith(f"fault: {planted.code}") for text in told), told


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("name", sorted({planted.case for planted in FAULTS.values()}))
def test_without_a_fault_the_named_cases_are_green(name: str, backend: str, start: Start) -> None:
    adapter = adapter_of(backend)
    assert drive.findings(CASES[name], adapter, adapter.compile(ir_of(name)), start) == []
