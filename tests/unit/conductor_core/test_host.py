"""Hosting: whichever ends first, and however badly, all of it comes to an end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from conductor_core import host as host_module
from conductor_core import nodes
from conductor_core.failed import HostFault
from conductor_core.run import Run, Start
from tests.unit.conductor_core.melodies import for_each, melody, play, set_, step
from tests.unit.conductor_core.stand import Drive, Stand, fails, naps, statuses
from tests.unit.conductor_core.test_nodes import driving, fault
from workflow_ir.workflow import WorkflowIR

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
PAIR = melody(step("a", play()), step("b", play(), "a"))
FAILING = melody(step("bad", play()), step("slow", play()))


async def nothing(run: Run) -> None:
    """A framework that returns at once."""


async def raises(run: Run) -> None:
    raise ValueError("a framework of straw")


@BOTH
def test_a_framework_that_returns_at_once_is_mel953(start: Start) -> None:
    found = fault(PAIR, start, nothing)
    assert found.code == "MEL953"
    assert "'a' was entered 0 times, not 1" in found.message


@BOTH
def test_a_framework_that_leaves_nodes_out_is_mel953(start: Start) -> None:
    assert fault(PAIR, start, driving("a")).code == "MEL953"


@BOTH
def test_a_node_entered_twice_is_mel953(start: Start) -> None:
    found = fault(PAIR, start, driving("a", "b", "b"))
    assert found.message == "node 'b' was entered 2 times, not 1"


def test_a_framework_that_leaves_items_out_is_mel953() -> None:
    ir = melody(step("m", for_each("[1, 2]", set_("item"))))
    assert fault(ir, "graph", driving("m")).code == "MEL953"


@BOTH
def test_a_framework_that_raises_is_mel953_and_says_what(start: Start) -> None:
    found = fault(PAIR, start, raises)
    assert (found.code, found.message) == (
        "MEL953", "the framework broke down: ValueError: a framework of straw",
    )  # fmt: skip
    assert isinstance(found.__cause__, ValueError)


@BOTH
def test_a_framework_that_raises_in_the_middle_leaves_nothing_running(start: Start) -> None:
    async def drive(run: Run) -> None:
        await nodes.enter(run, "a")
        raise ValueError("half way")

    assert fault(PAIR, start, drive, b=naps(100)).code == "MEL953"


@BOTH
def test_a_framework_that_raises_at_its_end_is_told_though_all_steps_are_done(start: Start) -> None:
    async def drive(run: Run) -> None:
        await driving("a", "b")(run)
        raise ValueError("on the doorstep")

    assert "on the doorstep" in fault(PAIR, start, drive).message


def test_a_framework_that_raises_after_a_failure_does_not_go_unnoticed() -> None:
    async def drive(run: Run) -> None:
        try:
            await driving("bad")(run)
        finally:
            raise ValueError("its own trouble")

    assert fault(FAILING, "graph", drive, bad=fails("http.400")).code == "MEL953"


class Stubborn:
    """Drives, and then goes on whatever is asked of it, until it is freed."""

    def __init__(self, drive: Drive) -> None:
        self._drive = drive
        self._freed = False

    async def __call__(self, run: Run) -> None:
        with suppress(BaseException):
            await self._drive(run)
        while not self._freed:
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    def free(self) -> None:
        self._freed = True


def hosted(ir: WorkflowIR, start: Start, drive: Drive, **acts: Any) -> tuple[HostFault, Stand]:
    stand = Stand({"hand": naps(1), **acts})

    async def alone() -> None:
        try:
            await stand.perform(ir, start, drive=drive)
        finally:
            stand.left = asyncio.all_tasks() - {asyncio.current_task()}
            if isinstance(drive, Stubborn):
                drive.free()

    with pytest.raises(HostFault) as raised:
        asyncio.run(alone())
    return raised.value, stand


@BOTH
def test_a_framework_that_never_ends_after_a_failure_is_left_behind(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "GRACE_S", 0.02)
    drive = Stubborn(driving("bad", "slow"))
    found, stand = hosted(FAILING, start, drive, bad=fails("http.400"))
    assert found.message == "the framework does not end when it is cancelled"
    assert len(stand.left) == 1
    assert not stand.going.total()
    assert stand.events[-1].facts["status"] == "failed"


@BOTH
def test_a_framework_that_never_ends_though_all_is_done_is_mel953(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "PATIENCE_S", 0.02)

    async def drive(run: Run) -> None:
        await driving("a", "b")(run)
        await asyncio.Event().wait()

    found, stand = hosted(PAIR, start, drive)
    assert found.message == "the framework's graph does not end though all is done"
    assert not stand.left


def test_a_framework_may_take_its_time_as_long_as_it_gets_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host_module, "PATIENCE_S", 0.05)

    async def drive(run: Run) -> None:
        for number in range(6):
            await asyncio.sleep(0.02)
            await nodes.enter(run, f"s{number}")

    ir = melody(*(step(f"s{number}", set_("1")) for number in range(6)))
    assert Stand().run(ir, "eager", drive=drive).status == "succeeded"


@BOTH
@pytest.mark.parametrize("turns", range(6))
def test_who_of_both_is_seen_to_end_first_makes_no_difference(turns: int, start: Start) -> None:
    async def drive(run: Run) -> None:
        await driving("a", "b")(run)
        for _ in range(turns):
            await asyncio.sleep(0)

    assert statuses(Stand().run(PAIR, start, drive=drive)) == {"a": "succeeded", "b": "succeeded"}


@BOTH
@pytest.mark.parametrize("turns", range(6))
def test_a_failure_is_reported_however_late_the_framework_hears_of_it(
    turns: int, start: Start
) -> None:
    async def drive(run: Run) -> None:
        try:
            await asyncio.gather(*(nodes.enter(run, address) for address in ("bad", "slow")))
        finally:
            for _ in range(turns):
                await asyncio.sleep(0)

    result = Stand({"bad": fails("http.400"), "slow": naps(9)}).run(FAILING, start, drive=drive)
    assert result.failed_step == "bad"


def test_a_framework_that_swallows_the_end_of_a_failed_run_changes_nothing() -> None:
    async def drive(run: Run) -> None:
        await asyncio.gather(
            *(nodes.enter(run, address) for address in ("bad", "slow")), return_exceptions=True
        )

    result = Stand({"bad": fails("http.400"), "slow": naps(9)}).run(FAILING, "graph", drive=drive)
    assert result.status == "failed"


@BOTH
def test_cancelling_the_caller_ends_a_framework_that_does_not_want_to_end(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_module, "GRACE_S", 0.02)
    stand = Stand()

    async def working(request: Any, grant: Any) -> Any:
        await asyncio.sleep(60)

    stand.acts["hand"] = working

    async def alone() -> asyncio.Task[Any]:
        drive = Stubborn(driving("a"))
        task = asyncio.create_task(stand.perform(PAIR, start, drive=drive))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})
        drive.free()
        return task

    task = asyncio.run(alone())
    assert task.cancelled()
    assert not stand.going.total()
    assert stand.tokens == 0
