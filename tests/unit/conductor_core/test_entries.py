"""Entries: each node that was to be entered once, no other at all."""

from __future__ import annotations

import asyncio

import pytest

from adapters.native.compile import program
from adapters.native.execute import walk
from conductor_core.entries import missing_entries
from conductor_core.host import host
from conductor_core.run import Run, Start
from tests.unit.conductor_core.melodies import arm, branch, for_each, melody, play, step
from tests.unit.conductor_core.stand import Stand, fails, naps
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import plan
from workflow_ir.policy import SucceedIf

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])

INNER = branch(arm("x", "item == 1", step("m.x.a", play())), arm("y", None))
IR = melody(
    step(
        "route",
        branch(
            arm("x", None, step("route.x.a", play())), arm("y", None, step("route.y.a", play()))
        ),
    ),
    step("m", for_each("[1, 2]", INNER, succeed_if=SucceedIf(kind="any"))),
)


def walked(start: Start, stand: Stand) -> Run:
    run = Run(IR, plan(IR), {}, stand.context(), start=start)
    asyncio.run(host(run, lambda: walk(program(plan(IR)), run), backend="native"))
    return run


@BOTH
def test_a_whole_walk_leaves_nothing_to_say(start: Start) -> None:
    run = walked(start, Stand({"hand": naps(1)}))
    assert missing_entries(run) == []
    assert run.entries[ROOT, "route.x"] == 1
    assert run.entries[ROOT, "route.y"] == 0
    assert run.entries[RegionPath("m[1]"), "m.y"] == 1


@BOTH
def test_a_node_left_out_of_a_region_that_succeeded_is_told_with_its_region(start: Start) -> None:
    run = walked(start, Stand())
    run.entries[RegionPath("m[1]"), "m.y"] = 0
    del run.entries[ROOT, "route.x.a"]
    assert missing_entries(run) == [
        "node 'route.x.a' was entered 0 times, not 1",
        "node 'm.y' of m[1] was entered 0 times, not 1",
    ]


@BOTH
def test_an_arm_not_taken_must_not_be_entered(start: Start) -> None:
    run = walked(start, Stand())
    run.entries[ROOT, "route.y"] = 1
    run.entries[ROOT, "route.y.a"] = 1
    assert missing_entries(run) == [
        "node 'route.y' was entered 1 times, not 0", "node 'route.y.a' was entered 1 times, not 0",
    ]  # fmt: skip


@BOTH
def test_what_failed_may_have_been_left_early_but_nothing_of_it_was_entered_twice(
    start: Start,
) -> None:
    run = walked(start, Stand({"m[0].x.a": fails("http.400")}))
    run.entries[RegionPath("m[0]"), "m~join"] = 0
    assert missing_entries(run) == []
    run.entries[RegionPath("m[0]"), "m.x"] = 2
    assert missing_entries(run) == ["node 'm.x' of m[0] was entered 2 times, not 1"]
