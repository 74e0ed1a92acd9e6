"""Virtual time: it stands still while anybody holds a token, and jumps when nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from conductor_core.clock.idle import QUIET_ROUNDS
from conductor_core.clock.virtual import START, VirtualClock

Sleeps = list[tuple[str, float]]


def slept(sleeps: Sleeps) -> list[tuple[str, float]]:
    """Who woke when, in order; everybody starts at the same moment, each with a token."""
    clock = VirtualClock()
    woke: list[tuple[str, float]] = []

    async def one(path: str, seconds: float) -> None:
        await clock.sleep(seconds, path=path)
        woke.append((path, round(clock.now() - START, 6)))
        clock.release()

    async def all_of_them() -> None:
        for _ in sleeps:
            clock.hold()
        await asyncio.gather(*(one(path, seconds) for path, seconds in sleeps))

    asyncio.run(all_of_them())
    assert clock._tokens == 0
    return woke


def played(play: Callable[[VirtualClock], Awaitable[object]]) -> VirtualClock:
    clock = VirtualClock()

    async def alone() -> None:
        clock.hold()
        await play(clock)
        clock.release()

    asyncio.run(alone())
    assert clock._tokens == 0
    return clock


def test_time_begins_with_the_year_2000_and_moves_only_by_sleeping() -> None:
    clock = played(lambda clock: clock.sleep(2.5))
    assert clock.now() == START + 2.5


def test_sleepers_wake_in_the_order_of_their_moments() -> None:
    assert slept([("a", 3), ("b", 1), ("c", 2)]) == [("b", 1), ("c", 2), ("a", 3)]


def test_ties_follow_the_natural_order_of_paths() -> None:
    paths = ["m[10]", "m[2]", "b", "a.z", "m[2].x"]
    assert [path for path, _ in slept([(path, 1) for path in paths])] == [
        "a.z", "b", "m[2]", "m[2].x", "m[10]",
    ]  # fmt: skip


def test_two_short_sleeps_tie_with_a_long_one_of_the_same_length() -> None:
    order: list[str] = []

    async def play(clock: VirtualClock) -> None:
        async def twice() -> None:
            await clock.sleep(0.1, path="a")
            await clock.sleep(0.2, path="a")
            order.append("a")
            clock.release()

        async def once() -> None:
            await clock.sleep(0.3, path="b")
            order.append("b")
            clock.release()

        clock.hold()
        clock.hold()
        clock.alarm(0.3, lambda: order.append("alarm"))
        tasks = [asyncio.create_task(once()), asyncio.create_task(twice())]
        clock.release()
        await asyncio.wait(tasks)
        clock.hold()

    assert round(played(play).now() - START, 6) == 0.3
    assert order == ["alarm", "a", "b"]


def test_nothing_moves_while_a_token_is_held() -> None:
    async def play(clock: VirtualClock) -> None:
        clock.hold()  # of the sleeper
        sleeper = asyncio.create_task(clock.sleep(1))
        for _ in range(100):
            await asyncio.sleep(0)
        assert clock.now() == START
        assert not sleeper.done()
        clock.release()  # our own; the sleeper's is out already
        await sleeper
        assert clock.now() == START + 1

    played(play)


def test_a_short_hold_begins_the_quiet_before_a_jump_anew() -> None:
    async def play(clock: VirtualClock) -> None:
        sleeper = asyncio.create_task(clock.sleep(1))
        for _ in range(QUIET_ROUNDS):
            await asyncio.sleep(0)
        clock.hold()
        clock.release()
        for _ in range(QUIET_ROUNDS - 2):  # somebody hands over, and takes a few turns for it
            await asyncio.sleep(0)
        assert clock.now() == START
        await sleeper

    played(play)


def test_alarms_ring_before_sleepers_wake_at_the_same_moment() -> None:
    rang: list[float] = []

    async def play(clock: VirtualClock) -> None:
        async def sleeper() -> None:
            await clock.sleep(1, path="a")

        task = asyncio.create_task(sleeper())

        def ring() -> None:
            rang.append(clock.now())
            task.cancel()

        clock.alarm(1, ring)
        await asyncio.wait({task})
        assert task.cancelled()

    assert played(play).now() == START + 1
    assert rang == [START + 1]


def test_a_cancelled_alarm_does_not_ring_and_moves_no_time() -> None:
    rang: list[float] = []

    async def play(clock: VirtualClock) -> None:
        clock.alarm(1, lambda: rang.append(1)).cancel()
        await clock.sleep(3)

    assert played(play).now() == START + 3
    assert not rang


def test_a_cancelled_sleeper_has_its_token_again_and_moves_no_time() -> None:
    async def play(clock: VirtualClock) -> None:
        task = asyncio.create_task(clock.sleep(5))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert clock._tokens == 1
        assert clock.now() == START

    played(play)


def test_what_follows_from_one_sleeper_happens_before_the_next_one_of_the_moment_wakes() -> None:
    order: list[str] = []

    async def play(clock: VirtualClock) -> None:
        async def one(path: str, turns: int) -> None:
            await clock.sleep(1, path=path)
            for _ in range(turns):
                await asyncio.sleep(0)
            order.append(path)
            clock.release()

        tasks = []
        for path, turns in (("a", 50), ("b", 0), ("c", 5)):
            clock.hold()
            tasks.append(asyncio.create_task(one(path, turns)))
        clock.release()
        await asyncio.wait(tasks)
        clock.hold()

    played(play)
    assert order == ["a", "b", "c"]


def test_a_sleeper_that_is_cancelled_by_one_of_the_same_moment_has_its_token_again() -> None:
    async def play(clock: VirtualClock) -> None:
        other: list[asyncio.Task[None]] = []

        async def first() -> None:
            await clock.sleep(1, path="a")
            other[0].cancel()
            clock.release()

        async def second() -> None:
            try:
                await clock.sleep(1, path="b")
            finally:
                clock.release()

        clock.hold()
        clock.hold()
        tasks = [asyncio.create_task(first()), asyncio.create_task(second())]
        other.append(tasks[1])
        clock.release()
        await asyncio.wait(tasks)
        assert tasks[1].cancelled()
        clock.hold()

    played(play)


def test_a_sleeper_that_is_cancelled_after_it_woke_keeps_one_token() -> None:
    async def play(clock: VirtualClock) -> None:
        task = asyncio.create_task(clock.sleep(1))
        for _ in range(100):
            await asyncio.sleep(0)
            if clock._tokens:
                break
        task.cancel()  # its wake-up is on its way
        await asyncio.wait({task})
        assert clock._tokens == 1

    played(play)


def test_a_sleep_of_no_length_lets_others_run_and_keeps_the_time() -> None:
    assert played(lambda clock: clock.sleep(0)).now() == START
    assert played(lambda clock: clock.sleep(-3)).now() == START


LENGTH = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 2.0])
PERFORMER = st.tuples(st.lists(LENGTH, max_size=4), st.none() | LENGTH)
"""The sleeps of one performer, and when another one cancels it."""


@settings(max_examples=120, deadline=None)
@given(st.lists(PERFORMER, min_size=1, max_size=6))
def test_no_token_is_lost_and_time_never_turns_back(
    performers: list[tuple[list[float], float | None]],
) -> None:
    moments: list[float] = []

    async def sleeper(clock: VirtualClock, path: str, lengths: list[float]) -> None:
        try:
            for length in lengths:
                await clock.sleep(length, path=path)
                moments.append(clock.now())
        finally:
            clock.release()

    async def canceller(clock: VirtualClock, task: asyncio.Task[None], after: float) -> None:
        await clock.sleep(after, path="~")
        task.cancel()
        clock.release()

    async def play(clock: VirtualClock) -> None:
        tasks: list[asyncio.Task[None]] = []
        for number, (lengths, cancelled_at) in enumerate(performers):
            clock.hold()
            began = asyncio.Event()

            async def one(
                path: str = f"p[{number}]",
                lengths: list[float] = lengths,
                began: asyncio.Event = began,
            ) -> None:
                began.set()
                await sleeper(clock, path, lengths)

            task = asyncio.create_task(one())
            await began.wait()  # who is cancelled before it begins gives no token back by itself
            tasks.append(task)
            if cancelled_at is not None:
                clock.hold()
                tasks.append(asyncio.create_task(canceller(clock, task, cancelled_at)))
        clock.release()
        await asyncio.wait(tasks)
        clock.hold()

    clock = played(play)
    assert moments == sorted(moments)
    alone = [sum(lengths) for lengths, cancelled_at in performers if cancelled_at is None]
    assert clock.now() - START >= max(alone, default=0.0)
