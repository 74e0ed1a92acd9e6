from __future__ import annotations

import asyncio

import pytest

from adapters.together import together


def test_what_all_gave_comes_in_the_order_of_the_calls() -> None:
    async def give(value: int) -> int:
        for _ in range(3 - value):
            await asyncio.sleep(0)
        return value

    async def main() -> None:
        assert await together(give(n) for n in range(3)) == [0, 1, 2]
        assert await together([]) == []

    asyncio.run(main())


@pytest.mark.parametrize("cancelled", [False, True])
def test_the_others_have_ended_before_the_first_problem_is_told(cancelled: bool) -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("slow")

    async def bad() -> None:
        await asyncio.sleep(0)
        if not cancelled:
            raise ValueError("bad")

    async def main() -> None:
        task = asyncio.ensure_future(together([slow(), bad(), bad()]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if cancelled:
            task.cancel()
        with pytest.raises(asyncio.CancelledError if cancelled else ValueError):
            await task
        assert ended == ["slow"]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
