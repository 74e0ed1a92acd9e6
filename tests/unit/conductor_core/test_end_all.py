"""Bringing tasks to their end, however often the one who waits is cancelled."""

from __future__ import annotations

import asyncio

from conductor_core.end_all import end_all


async def _slow_to_end(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        for _ in range(20):
            await asyncio.sleep(0)
        ended.append("ended")


def test_tasks_are_cancelled_and_waited_for() -> None:
    ended: list[str] = []

    async def alone() -> None:
        tasks = [asyncio.create_task(_slow_to_end(ended)) for _ in range(3)]
        await asyncio.sleep(0)
        await end_all(tasks)
        assert all(task.cancelled() for task in tasks)

    asyncio.run(alone())
    assert ended == ["ended"] * 3


def test_what_has_ended_already_is_not_waited_for() -> None:
    async def alone() -> None:
        task = asyncio.create_task(asyncio.sleep(0))
        await task
        await end_all([task])
        await end_all([])

    asyncio.run(alone())


def test_a_cancellation_of_the_caller_is_passed_on_after_the_last_one_has_ended() -> None:
    ended: list[str] = []

    async def alone() -> None:
        inner = asyncio.create_task(_slow_to_end(ended))
        await asyncio.sleep(0)
        caller = asyncio.create_task(end_all([inner]))
        for _ in range(3):
            await asyncio.sleep(0)
            caller.cancel()
        await asyncio.wait({caller})
        assert caller.cancelled()
        assert ended == ["ended"]

    asyncio.run(alone())
