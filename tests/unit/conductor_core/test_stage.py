"""Parking, waking and places: whatever is cancelled when, tokens and places stay right."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from conductor_core.evaluator import Evaluator
from conductor_core.schedule.slots import Slots
from conductor_core.stage import Stage
from tests.unit.conductor_core.stand import Stand
from workflow_ir.events import EventKind

FIRST, SECOND = (-2, (1,)), (-2, (2,))


def staged(play: Callable[[Stage, Stand], Awaitable[object]], slots: Slots | None = None) -> Stand:
    stand = Stand()

    async def alone() -> None:
        stand.clock.hold()
        await play(Stage(stand.context(), slots or Slots(1), Evaluator()), stand)
        assert stand.tokens == 1

    asyncio.run(alone())
    return stand


def wanted() -> bool:
    return True


def test_events_are_counted_from_one_and_carry_the_runs_time() -> None:
    async def play(stage: Stage, stand: Stand) -> None:
        stage.emit(EventKind.STEP_STARTED, "a")
        await stand.clock.sleep(2)
        stage.emit(EventKind.STEP_FINISHED, "a", record={})

    events = staged(play).events
    assert [(event.seq, event.run, event.path) for event in events] == [
        (1, "run", "a"),
        (2, "run", "a"),
    ]
    assert events[1].time - events[0].time == 2


def test_who_is_woken_has_the_token_of_the_waker() -> None:
    async def play(stage: Stage, stand: Stand) -> None:
        future = asyncio.get_running_loop().create_future()
        stand.clock.hold()
        parked = asyncio.create_task(stage.park(future))
        await asyncio.sleep(0)
        assert stand.tokens == 1
        assert stage.wake(future)
        assert not stage.wake(future)
        assert stand.tokens == 2
        await parked
        stand.clock.release()

    staged(play)


def test_what_was_resolved_before_is_not_waited_for() -> None:
    async def play(stage: Stage, stand: Stand) -> None:
        future = asyncio.get_running_loop().create_future()
        stage.wake(future)
        await stage.park(future)

    staged(play)


@pytest.mark.parametrize("woken", [False, True])
def test_who_is_cancelled_while_parked_has_its_token_again(woken: bool) -> None:
    async def play(stage: Stage, stand: Stand) -> None:
        future = asyncio.get_running_loop().create_future()
        parked = asyncio.create_task(stage.park(future))
        await asyncio.sleep(0)
        if woken:
            stage.wake(future)
        parked.cancel()
        assert stage.wake(future) is False
        await asyncio.wait({parked})
        assert parked.cancelled()

    staged(play)


@pytest.mark.parametrize("given", [False, True])
def test_who_is_cancelled_in_the_queue_keeps_no_place(given: bool) -> None:
    slots = Slots(1)

    async def play(stage: Stage, stand: Stand) -> None:
        await stage.enter(slots, FIRST, wanted)
        stand.clock.hold()
        waiting = asyncio.create_task(stage.enter(slots, SECOND, wanted))
        await asyncio.sleep(0)
        if given:
            slots.leave()
        waiting.cancel()
        await asyncio.wait({waiting})
        if not given:
            slots.leave()
        stand.clock.release()
        await stage.enter(slots, FIRST, wanted)

    staged(play, slots)


def test_who_is_not_wanted_any_more_leaves_its_place_to_the_next() -> None:
    slots = Slots(1)

    async def play(stage: Stage, stand: Stand) -> None:
        await stage.enter(slots, FIRST, wanted)
        stand.clock.hold()
        stand.clock.hold()
        unwanted = asyncio.create_task(stage.enter(slots, FIRST, lambda: False))
        following = asyncio.create_task(stage.enter(slots, SECOND, wanted))
        await asyncio.sleep(0)
        slots.leave()
        await asyncio.wait({unwanted, following})
        assert unwanted.cancelled()
        assert not following.cancelled()
        stand.clock.release()
        stand.clock.release()

    staged(play, slots)
