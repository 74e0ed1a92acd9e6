"""Runs of two threads, each with its own event loop and clock, share the limits of a player."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from adapters.native.compile import program
from adapters.native.execute import walk
from conductor_core.clock.real import RealClock
from conductor_core.host import host
from conductor_core.journal.memory import MemoryJournal
from conductor_core.limits.guards import Guards, PlayerKey
from conductor_core.run import Run
from conductor_core.stage import RunContext
from tests.unit.conductor_core.melodies import for_each, melody, play, player, step
from tests.unit.conductor_core.stand import Stand
from workflow_ir.plan import plan
from workflow_ir.players import Limits
from workflow_ir.result import RunStatus

KEY = PlayerKey("project", "player")


class Waits:
    """What is needed of a run's stage where tokens are kept."""

    def __init__(self) -> None:
        self.clock = RealClock()

    async def park(self, future: asyncio.Future[Any]) -> None:
        raise AssertionError

    async def linger(self, future: asyncio.Future[Any]) -> None:
        await future

    def wake(self, future: asyncio.Future[Any]) -> bool:
        raise AssertionError


@dataclass
class Count:
    """How many are inside, over all threads."""

    guards: Guards = field(default_factory=lambda: Guards(time.monotonic, alone=False))
    lock: threading.Lock = field(default_factory=threading.Lock)
    inside: int = 0
    most: int = 0
    began: int = 0

    def step(self, by: int) -> None:
        with self.lock:
            self.inside += by
            self.most = max(self.most, self.inside)
            self.began += by > 0

    async def attempt(self, limits: Limits, waits: Waits, seconds: float = 0.0) -> None:
        async with self.guards.place(
            KEY, limits, rank=(0.0, ()), wanted=lambda: True, stage=waits
        ) as place:
            self.step(1)
            try:
                place.begin()
                await asyncio.sleep(seconds)
            finally:
                self.step(-1)

    def nothing_is_left(self) -> None:
        bulkhead = self.guards._bulkheads[KEY]
        assert (bulkhead._inside, bulkhead._rate._reserved) == (0, 0)
        assert not [one for *_, one in bulkhead._waiting if not one.gone]


def in_two_threads(act: Callable[[int], Awaitable[object]]) -> None:
    async def alone(number: int) -> None:
        await act(number)
        assert not asyncio.all_tasks() - {asyncio.current_task()}

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda number: asyncio.run(alone(number)), range(2)))


def test_places_are_those_of_the_process() -> None:
    count, limits = Count(), Limits(concurrency=2)

    async def act(number: int) -> None:
        waits = Waits()
        await asyncio.gather(*(count.attempt(limits, waits, 0.002) for _ in range(20)))

    in_two_threads(act)
    assert (count.began, count.most) == (40, 2)
    count.nothing_is_left()


def test_no_more_begin_in_a_minute_than_one_process_may() -> None:
    count, limits = Count(), Limits(per_minute=3)

    async def act(number: int) -> None:
        waits = Waits()
        tasks = [asyncio.create_task(count.attempt(limits, waits)) for _ in range(5)]
        while count.began < 3:  # noqa: ASYNC110  the other thread may be the one that begins
            await asyncio.sleep(0.001)
        for _ in range(20):
            await asyncio.sleep(0.001)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    in_two_threads(act)
    assert count.began == 3
    count.nothing_is_left()


def test_whoever_is_cancelled_in_whichever_thread_nothing_leaks() -> None:
    count, limits = Count(), Limits(concurrency=2, per_minute=1000)

    async def act(number: int) -> None:
        waits, rng = Waits(), random.Random(number)
        tasks = [
            asyncio.create_task(count.attempt(limits, waits, rng.random() / 500))
            for _ in range(100)
        ]
        for task in rng.sample(tasks, 70):
            await asyncio.sleep(rng.random() / 1000)
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert outcome is None or isinstance(outcome, asyncio.CancelledError)

    in_two_threads(act)
    assert count.most <= 2
    count.nothing_is_left()


def test_who_waited_in_a_loop_that_was_closed_is_passed_over() -> None:
    count, limits, dead = Count(), Limits(concurrency=1), asyncio.new_event_loop()
    waiting: list[asyncio.Task[None]] = []

    def wait_and_die() -> None:
        waiting.append(dead.create_task(count.attempt(limits, Waits())))
        dead.call_later(0.001, dead.stop)
        dead.run_forever()
        dead.close()  # its task is neither done nor cancelled

    async def act() -> None:
        async with count.guards.place(
            KEY, limits, rank=(0.0, ()), wanted=lambda: True, stage=Waits()
        ):
            await asyncio.get_running_loop().run_in_executor(None, wait_and_die)
        await count.attempt(limits, Waits())

    asyncio.run(act())
    assert count.began == 1
    count.nothing_is_left()
    waiting[0]._log_destroy_pending = False  # type: ignore[attr-defined]  # it is meant to be


def test_two_runs_in_two_threads_keep_the_limit_of_one_player() -> None:
    count = Count()
    limited = player(limits=Limits(concurrency=2))
    ir = melody(step("m", for_each("range(6)", play("hand"))), players={"hand": limited})

    async def act(request: object, grant: object) -> str:
        count.step(1)
        await asyncio.sleep(0.005)
        count.step(-1)
        return "done"

    async def run(number: int) -> None:
        stand = Stand({"hand": act})
        context = RunContext(
            f"run {number}", RealClock(), stand, MemoryJournal(), guards=count.guards
        )
        one = Run(ir, plan(ir), {}, context)
        made = program(one.graph)
        result = await host(one, lambda: walk(made, one), backend="native")
        assert result.status is RunStatus.SUCCEEDED

    in_two_threads(run)
    assert (count.began, count.most) == (12, 2)
