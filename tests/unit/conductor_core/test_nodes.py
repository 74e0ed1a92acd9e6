"""Nodes: faulty drivers are caught at the node where they go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from conductor_core import nodes
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.run import Run, Start
from tests.unit.conductor_core.melodies import arm, branch, for_each, melody, play, set_, step, when
from tests.unit.conductor_core.stand import Drive, Stand, naps
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import OTHERWISE
from workflow_ir.workflow import WorkflowIR

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])

PAIR = melody(step("a", play()), step("b", play(), "a"))
ROUTE = melody(
    step(
        "route",
        branch(
            arm("x", "true", step("route.x.a", play()), result="1"),
            arm("y", None, step("route.y.b", play()), result="2"),
        ),
    )
)


def driving(*addresses: str) -> Drive:
    """Enter these nodes one after the other."""

    async def drive(run: Run) -> None:
        for address in addresses:
            await nodes.enter(run, address)

    return drive


def fault(ir: WorkflowIR, start: Start, drive: Drive, **acts: Any) -> HostFault:
    stand = Stand({"hand": naps(1), **acts})
    with pytest.raises(HostFault) as raised:
        stand.run(ir, start, drive=drive)
    assert not stand.left
    assert stand.tokens == 0
    assert not stand.going.total()
    return raised.value


@BOTH
def test_a_node_entered_before_its_inputs_settled_is_mel951(start: Start) -> None:
    assert fault(PAIR, start, driving("b", "a")).code == "MEL951"


@BOTH
def test_two_nodes_entered_at_once_though_one_waits_for_the_other_is_mel951(start: Start) -> None:
    async def both(run: Run) -> None:
        await asyncio.gather(nodes.enter(run, "a"), nodes.enter(run, "b"))

    assert fault(PAIR, start, both).code == "MEL951"


@BOTH
def test_a_join_entered_before_its_arm_settled_is_mel951(start: Start) -> None:
    assert fault(ROUTE, start, driving("route", "route.x", "route~join")).code == "MEL951"


def test_a_join_entered_before_the_decision_is_mel951() -> None:
    assert fault(ROUTE, "graph", driving("route~join")).code == "MEL951"


@BOTH
def test_an_arm_that_was_not_taken_is_mel952(start: Start) -> None:
    assert fault(ROUTE, start, driving("route", "route.y")).code == "MEL952"


@BOTH
def test_a_step_of_an_arm_that_was_not_taken_is_mel952(start: Start) -> None:
    assert fault(ROUTE, start, driving("route", "route.x", "route.y.b")).code == "MEL952"


@BOTH
def test_swapped_arms_are_told_at_the_first_wrong_node(start: Start) -> None:
    found = fault(ROUTE, start, driving("route", "route.y", "route.y.b", "route~join"))
    assert found.message == "node 'route.y' was entered, but not taken"


@BOTH
def test_a_decision_gives_the_label_of_its_way(start: Start) -> None:
    labels: list[str | None] = []
    whole = ("route", "route.x", "route.x.a", "route~join", "none", "none~join", "off", "off~join")

    async def drive(run: Run) -> None:
        labels.extend([(await nodes.enter(run, address)).label for address in whole])

    ir = melody(
        *ROUTE.root.steps,
        step("none", branch(arm("never", "false"))),
        step("off", when("false", branch(arm("x", None)))),
    )
    assert Stand().run(ir, start, drive=drive).status == "succeeded"
    assert labels == ["x", None, None, None, OTHERWISE, None, OTHERWISE, None]


@BOTH
def test_a_map_tells_how_many_items_are_to_be_entered(start: Start) -> None:
    counts: list[int | None] = []

    async def drive(run: Run) -> None:
        for address in ("m", "empty", "off"):
            entered = await nodes.enter(run, address)
            counts.append(entered.items)
            for index in range(entered.items or 0):
                inner = await nodes.open_item(run, address, index)
                assert inner is None
                await nodes.close_item(run, address, index)
            await nodes.settled(run, address)

    ir = melody(
        step("m", for_each("[1, 2]", set_("item"))),
        step("empty", for_each("[]", set_("item"))),
        step("off", when("false", for_each("[1]", set_("item")))),
    )
    assert Stand().run(ir, start, drive=drive).status == "succeeded"
    assert counts == [2, 0, None]


@BOTH
def test_an_item_with_a_graph_of_its_own_names_its_region(start: Start) -> None:
    inner = branch(arm("x", None, step("m.x.a", play())))

    async def drive(run: Run) -> None:
        await nodes.enter(run, "m")
        region = await nodes.open_item(run, "m", 0)
        assert region == RegionPath("m[0]")
        for address in ("m", "m.x", "m.x.a", "m~join"):
            await nodes.enter(run, address, region)
        await nodes.close_item(run, "m", 0)
        await nodes.settled(run, "m")

    result = Stand().run(melody(step("m", for_each("[1]", inner))), start, drive=drive)
    assert result.entries["m[0]/m.x.a"] == 1


@BOTH
def test_every_node_of_a_failed_run_ends_after_its_steps_were_awaited(start: Start) -> None:
    stand = Stand({"bad": naps(1, None), "slow": naps(50)})
    endings: list[tuple[str, bool]] = []

    async def drive(run: Run) -> None:
        async def one(address: str) -> None:
            with pytest.raises(RegionEnded) as ended:
                await nodes.enter(run, address)
            assert (ended.value.region, ended.value.path) == (ROOT, "bad")
            endings.append((address, stand.going.total() == 0))

        await asyncio.gather(*(one(address) for address in ("bad", "slow")))
        with pytest.raises(RegionEnded):
            await nodes.enter(run, "after")

    ir = melody(
        step("bad", play(gate="false")), step("slow", play()), step("after", play(), "slow")
    )
    result = stand.run(ir, start, drive=_shielded(drive))
    assert result.status == "failed"
    assert sorted(endings) == [("bad", True), ("slow", True)]


def _shielded(drive: Drive) -> Drive:
    """The host cancels the framework of a failed run; this one goes on to its own end."""

    async def shielded(run: Run) -> None:
        inner: Awaitable[object] = asyncio.ensure_future(drive(run))
        try:
            await asyncio.shield(inner)
        except asyncio.CancelledError:
            await inner

    return shielded
