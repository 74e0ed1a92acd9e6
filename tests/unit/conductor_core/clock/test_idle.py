"""When nothing goes on: both clocks tell it once each time, and never too early."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from conductor_core.clock.real import RealClock
from conductor_core.clock.virtual import VirtualClock
from conductor_core.ports import Clock

BOTH = pytest.mark.parametrize("make", [VirtualClock, RealClock])


async def turns(number: int = 60) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def told(make: Callable[[], Clock], act: Callable[[Clock, list[str]], Any]) -> list[str]:
    """What ``act`` and the watch wrote down."""
    lines: list[str] = []

    async def main() -> None:
        clock = make()
        clock.hold()
        watch = clock.when_idle(lambda: lines.append("idle"))
        await act(clock, lines)
        watch.cancel()
        watch.cancel()
        clock.hold()
        clock.release()
        await turns()

    asyncio.run(main())
    return lines


@BOTH
def test_it_is_told_when_the_last_token_is_back_once_each_time(make: Callable[[], Clock]) -> None:
    async def act(clock: Clock, lines: list[str]) -> None:
        await turns()
        lines.append("released")
        clock.release()
        await turns()
        clock.hold()
        clock.release()
        await turns()

    assert told(make, act) == ["released", "idle", "idle"]


@BOTH
def test_a_token_that_is_taken_again_soon_is_no_quiet(make: Callable[[], Clock]) -> None:
    async def act(clock: Clock, lines: list[str]) -> None:
        for _ in range(5):
            clock.release()
            await turns(3)
            clock.hold()
        await turns()

    assert told(make, act) == []


@BOTH
def test_an_alarm_that_is_set_is_no_quiet_until_it_is_cancelled_or_has_rung(
    make: Callable[[], Clock],
) -> None:
    async def act(clock: Clock, lines: list[str]) -> None:
        alarm = clock.alarm(1000, lambda: lines.append("rang"))
        soon = clock.alarm(0.001, lambda: lines.append("soon"))
        del soon
        alarm.cancel()
        alarm.cancel()
        clock.release()
        await asyncio.sleep(0.01)
        await turns()

    assert told(make, act) == ["soon", "idle"]


def test_who_sleeps_in_virtual_time_is_waited_for() -> None:
    async def act(clock: Clock, lines: list[str]) -> None:
        await clock.sleep(5)
        lines.append("woke")
        clock.release()
        await turns()

    assert told(VirtualClock, act) == ["woke", "idle"]
