"""The loop of these tests against the conductor's virtual clock, which it stands for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from conductor_core.clock.virtual import START, VirtualClock
from tests.ejected.virtual_loop import PERFORMED, Stuck, real_work, run_virtually

Log = list[tuple[float, str]]


def told_by_loop(*sleepers: tuple[str, list[float]], limits: tuple[float, ...] = ()) -> Log:
    log: Log = []

    async def sleeper(path: str, naps: list[float]) -> None:
        PERFORMED.set(path)
        for nap in naps:
            await asyncio.sleep(nap)
            log.append((round(asyncio.get_running_loop().time(), 6), path))

    async def main() -> None:
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(sleeper(*one)) for one in sleepers]
        await asyncio.sleep(0)
        for limit in limits:
            loop.call_later(limit, log.append, (limit, "limit"))
        await asyncio.gather(*tasks)

    run_virtually(main)
    return log


def told_by_clock(*sleepers: tuple[str, list[float]], limits: tuple[float, ...] = ()) -> Log:
    log: Log = []

    async def sleeper(clock: VirtualClock, path: str, naps: list[float]) -> None:
        for nap in naps:
            await clock.sleep(nap, path=path)
            log.append((round(clock.now() - START, 6), path))
        clock.release()

    async def main() -> None:
        clock = VirtualClock()
        tasks = []
        for one in sleepers:
            clock.hold()
            tasks.append(asyncio.create_task(sleeper(clock, *one)))
        await asyncio.sleep(0)
        for limit in limits:
            clock.alarm(limit, lambda at=limit: log.append((at, "limit")))  # type: ignore[misc]
        await asyncio.gather(*tasks)

    asyncio.run(main())
    return log


@pytest.mark.parametrize("told", [told_by_loop, told_by_clock])
def test_sleepers_of_one_moment_wake_by_path_and_limits_end_first(
    told: Callable[..., Log],
) -> None:
    log = told(("b[10]", [1, 2]), ("b[9]", [1, 1]), ("a", [3]), limits=(2.0, 3.0))
    assert log == [
        (1, "b[9]"), (1, "b[10]"), (2.0, "limit"), (2, "b[9]"), (3.0, "limit"), (3, "a"),
        (3, "b[10]"),
    ]  # fmt: skip


@pytest.mark.parametrize("told", [told_by_loop, told_by_clock])
def test_moments_are_whole_microseconds(told: Callable[..., Log]) -> None:
    log = told(("b", [0.1, 0.2]), ("a", [0.3]))
    assert log == [(0.1, "b"), (0.3, "a"), (0.3, "b")]


def test_what_follows_comes_before_the_next_thing_of_the_same_moment() -> None:
    log: list[str] = []

    async def one(name: str, after: Callable[[], Coroutine[Any, Any, None]] | None) -> None:
        PERFORMED.set(name)
        await asyncio.sleep(1)
        log.append(name)
        if after is not None:
            await asyncio.create_task(after())

    async def consequence() -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        log.append("what follows from a")

    async def main() -> None:
        await asyncio.gather(one("a", consequence), one("b", None))

    run_virtually(main)
    assert log == ["a", "what follows from a", "b"]


def test_a_cancelled_timer_moves_no_time() -> None:
    async def main() -> float:
        async with asyncio.timeout(60):
            await asyncio.sleep(1)
        return asyncio.get_running_loop().time()

    assert run_virtually(main) == 1


def test_a_limit_ends_what_takes_as_long() -> None:
    async def main() -> None:
        async with asyncio.timeout(1):
            await asyncio.sleep(1)

    with pytest.raises(TimeoutError):
        run_virtually(main)


def test_time_stands_still_while_somebody_works() -> None:
    async def main() -> tuple[float, float]:
        limit = asyncio.get_running_loop().create_task(asyncio.sleep(0.001))
        await asyncio.to_thread(time.sleep, 0.05)
        worked = asyncio.get_running_loop().time()
        await limit
        return worked, asyncio.get_running_loop().time()

    assert run_virtually(main) == (0.0, 0.001)


def test_a_process_is_counted_by_whoever_starts_it() -> None:
    async def main() -> tuple[float, bytes]:
        loop = asyncio.get_running_loop()
        asleep = loop.create_task(asyncio.sleep(5))
        with real_work():
            process = await asyncio.create_subprocess_exec(
                "printf", "done", stdout=asyncio.subprocess.PIPE
            )
            said, _ = await process.communicate()
        asleep.cancel()
        return loop.time(), said

    assert run_virtually(main) == (0.0, b"done")


def test_days_pass_at_once() -> None:
    async def main() -> float:
        await asyncio.sleep(1_000_000)
        return asyncio.get_running_loop().time()

    assert run_virtually(main) == 1_000_000


def test_a_run_that_nothing_can_wake_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ejected.virtual_loop._STUCK_S", 0.05)

    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        run_virtually(main)
