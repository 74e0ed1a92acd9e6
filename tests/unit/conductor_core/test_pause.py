"""Pausing: on the real clock too, and where a framework does not enter what is ready."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core import nodes, pause
from conductor_core.clock.real import RealClock
from conductor_core.failed import RegionEnded
from conductor_core.host import host
from conductor_core.journal.memory import MemoryJournal
from conductor_core.ports import Answer, PlayerClock, Question
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from tests.unit.conductor_core.melodies import approval, group, melody, play, set_, step, wait
from tests.unit.conductor_core.stand import Act, Stand, code, statuses
from workflow_ir.plan import plan
from workflow_ir.result import RunResult

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def on_real_time(ir: Any, start: Start, people: Any = None, act: Act | None = None) -> RunResult:
    stand = Stand({} if act is None else {"hand": act})
    stand.clock = RealClock()  # type: ignore[assignment]
    if people is not None:
        stand.people = people
    return stand.run(ir, start)


@BOTH
def test_on_the_real_clock_a_run_pauses_when_everything_else_is_done(start: Start) -> None:
    async def works(request: Any, grant: Any) -> Any:
        await asyncio.to_thread(lambda: None)
        return "done"

    ir = melody(
        step("ok", approval()),
        step("a", play()),
        step("b", play(), "a"),
        step("w", wait(seconds=0.01)),
    )
    result = on_real_time(ir, start, act=works)
    assert statuses(result) == {
        "ok": "waiting", "a": "succeeded", "b": "succeeded", "w": "succeeded",
    }  # fmt: skip
    assert result.status == "paused"


@BOTH
def test_a_person_who_takes_real_time_is_waited_for(start: Start) -> None:
    class Person:
        def present(self, path: str, /) -> bool:
            return True

        async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
            await asyncio.sleep(0.02)
            return Answer("approve", {})

    ir = melody(step("ok", approval()), step("more", play(), "ok"))
    assert on_real_time(ir, start, Person()).status == "succeeded"


@BOTH
def test_a_person_who_thinks_too_long_is_interrupted(start: Start) -> None:
    ended = []

    class Person:
        def present(self, path: str, /) -> bool:
            return True

        async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(question.path)
            return None

    result = on_real_time(melody(step("ok", approval(expires_s=0.01))), start, Person())
    assert (code(result), ended) == ("approval.expired", ["ok"])


@BOTH
def test_a_person_at_a_virtual_clock_freezes_it(start: Start) -> None:
    class Person:
        def present(self, path: str, /) -> bool:
            return True

        async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
            await asyncio.sleep(0.01)
            return Answer("approve", {})

    stand = Stand(people=Person())
    ir = melody(step("ok", approval()), step("w", wait(seconds=60)))
    result = stand.run(ir, start)
    moment = next(event.time for event in stand.events if event.kind == "answered")
    assert (result.status, moment, stand.elapsed) == ("succeeded", stand.events[0].time, 60)


def test_a_framework_that_enters_what_is_ready_only_after_the_wait_does_not_hold_up_the_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pause, "PATIENCE_S", 0.01)
    ir = melody(step("ok", approval()), step("a", play()), step("b", play(), "a"))
    ended = []

    async def in_supersteps(run: Run) -> None:
        try:
            await asyncio.gather(nodes.enter(run, "ok"), nodes.enter(run, "a"))
        except RegionEnded as end:
            ended.append(end)
            raise
        await nodes.enter(run, "b")

    stand = Stand()
    result = stand.run(ir, "graph", drive=in_supersteps)
    assert statuses(result) == {"ok": "waiting", "a": "succeeded", "b": "pending"}
    assert (result.status, len(ended)) == ("paused", 1)
    assert result.entries == {"ok": 1, "a": 1}


def test_a_framework_that_is_slow_to_enter_what_is_ready_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pause, "PATIENCE_S", 0.2)
    ir = melody(step("ok", approval()), *(step(f"a{n}", play()) for n in range(3)))

    async def slowly(run: Run) -> None:
        waits = asyncio.ensure_future(nodes.enter(run, "ok"))
        for n in range(3):
            await asyncio.sleep(0.02)
            await nodes.enter(run, f"a{n}")
        await waits

    stand = Stand()
    result = stand.run(ir, "graph", drive=slowly)
    assert stand.played == ["a0", "a1", "a2"]
    assert result.status == "paused"


@BOTH
def test_a_framework_that_sits_in_a_node_is_let_go_and_ends(start: Start) -> None:
    ir = melody(step("g", group(step("g.ok", approval()))))
    seen: list[str] = []

    async def main() -> RunResult:
        context = RunContext("run", RealClock(), Stand(), MemoryJournal())
        run = Run(ir, plan(ir), {}, context, start=start)

        async def drive() -> None:
            await nodes.enter(run, "g")
            region = await nodes.open_item(run, "g", 0)
            assert region is not None
            try:
                await nodes.enter(run, "g.ok", region)
            except RegionEnded as end:
                seen.append(end.region)
                raise

        result = await host(run, drive, backend="native")
        assert len(asyncio.all_tasks()) == 1
        return result

    result = asyncio.run(main())
    assert (result.status, seen) == ("paused", ["g"])


@BOTH
def test_cancelling_the_caller_counts_before_a_pause(start: Start) -> None:
    class Person:
        def present(self, path: str, /) -> bool:
            return True

        async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
            await asyncio.Event().wait()
            return None

    async def main() -> None:
        stand = Stand(people=Person())
        task = asyncio.create_task(stand.perform(melody(step("ok", approval())), start))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stand.events[-1].facts["status"] == "cancelled"

    asyncio.run(main())


def test_nobody_is_patient_any_more_once_everything_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pause, "PATIENCE_S", 3600.0)  # whoever waits for it does not come back
    inner = group(step("s0.s0.s0", set_("1")))
    ir = melody(step("s0", group(step("s0.s0", inner))), step("s1", approval()))
    result = Stand().run(ir, "graph")
    assert statuses(result) == {
        "s0": "succeeded", "s0.s0": "succeeded", "s0.s0.s0": "succeeded", "s1": "waiting",
    }  # fmt: skip
