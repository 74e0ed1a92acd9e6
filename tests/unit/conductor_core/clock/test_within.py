"""Work under a limit: in time, too late, cancelled from outside, deaf to its cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.clock.within import TimeIsOver, within


def on_virtual_time(act: Callable[[VirtualClock], Any]) -> tuple[Any, float]:
    clock = VirtualClock()

    async def main() -> Any:
        clock.hold()
        try:
            return await act(clock)
        finally:
            clock.release()

    return asyncio.run(main()), clock.now() - START


async def napping(clock: VirtualClock, seconds: float) -> str:
    await clock.sleep(seconds)
    return "done"


def test_work_that_ends_in_time_gives_its_value_and_no_alarm_is_left() -> None:
    async def act(clock: VirtualClock) -> Any:
        value = await within(5, clock.alarm, napping(clock, 4))
        await clock.sleep(10)
        return value, asyncio.current_task().cancelling()  # type: ignore[union-attr]

    assert on_virtual_time(act) == (("done", 0), 14)


@pytest.mark.parametrize("seconds", [5, 6])
def test_work_that_does_not_is_cancelled(seconds: float) -> None:
    async def act(clock: VirtualClock) -> Any:
        with pytest.raises(TimeIsOver):
            await within(5, clock.alarm, napping(clock, seconds))
        return asyncio.current_task().cancelling()  # type: ignore[union-attr]

    assert on_virtual_time(act) == (0, 5)


def test_work_that_answers_though_it_was_cancelled_is_too_late() -> None:
    async def deaf(clock: VirtualClock) -> str:
        try:
            await clock.sleep(9)
        except asyncio.CancelledError:
            return "late"
        return "done"

    async def act(clock: VirtualClock) -> Any:
        with pytest.raises(TimeIsOver):
            await within(5, clock.alarm, deaf(clock))
        return asyncio.current_task().cancelling()  # type: ignore[union-attr]

    assert on_virtual_time(act) == (0, 5)


def test_what_goes_wrong_while_it_ends_is_told() -> None:
    async def breaks(clock: VirtualClock) -> None:
        try:
            await clock.sleep(9)
        finally:
            raise ValueError("broken")

    async def act(clock: VirtualClock) -> Any:
        with pytest.raises(ValueError, match="broken"):
            await within(5, clock.alarm, breaks(clock))
        return asyncio.current_task().cancelling()  # type: ignore[union-attr]

    assert on_virtual_time(act) == (0, 5)


def test_a_cancellation_from_outside_counts_before_the_time() -> None:
    async def main() -> None:
        loop, rings = asyncio.get_running_loop(), []

        def alarm(seconds: float, ring: Callable[[], None]) -> Any:
            rings.append(ring)
            return loop.call_later(seconds, ring)

        task = asyncio.create_task(within(1000, alarm, asyncio.sleep(1000)))
        await asyncio.sleep(0)
        rings[0]()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
