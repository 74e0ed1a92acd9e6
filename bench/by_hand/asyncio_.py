"""Plain asyncio: a task for each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def _step(n: int) -> int:
    return n + 1


def chain(steps: int) -> Callable[[], object]:
    """Each step waits for the one before."""

    async def main() -> int:
        n = 0
        for _ in range(steps):
            n = await asyncio.create_task(_step(n))
        return n

    return lambda: asyncio.run(main())


def fan_out(steps: int) -> Callable[[], object]:
    """One step, so many beside one another, and one that waits for all."""

    async def main() -> int:
        first = await asyncio.create_task(_step(0))
        found = await asyncio.gather(*(_step(first) for _ in range(steps)))
        return await asyncio.create_task(_step(sum(found)))

    return lambda: asyncio.run(main())
