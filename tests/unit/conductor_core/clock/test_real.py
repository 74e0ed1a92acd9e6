"""Real time, as far as it can be told without measuring it."""

from __future__ import annotations

import asyncio
import time

from conductor_core.clock.real import RealClock


def test_it_tells_the_time_of_the_machine_and_never_runs_backwards() -> None:
    clock = RealClock()
    moments = [clock.now() for _ in range(1000)]
    assert moments == sorted(moments)
    assert abs(moments[0] - time.time()) < 60


def test_a_sleep_of_no_length_ends() -> None:
    asyncio.run(RealClock().sleep(-1))


def test_an_alarm_rings_once_and_a_cancelled_one_never() -> None:
    rang: list[str] = []

    async def play() -> None:
        clock, done = RealClock(), asyncio.Event()
        clock.alarm(0.0, lambda: rang.append("cancelled")).cancel()

        def ring() -> None:
            rang.append("rang")
            done.set()

        clock.alarm(0.001, ring)
        await done.wait()

    asyncio.run(play())
    assert rang == ["rang"]
