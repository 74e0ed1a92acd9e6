"""A player's clock: what the player does with its time moves nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from conductor_core.clock.lease import Lease
from conductor_core.clock.virtual import START, VirtualClock


def leased(play: Callable[[VirtualClock, Lease], Awaitable[object]]) -> VirtualClock:
    clock = VirtualClock()

    async def alone() -> None:
        clock.hold()
        await play(clock, Lease(clock))
        clock.release()

    asyncio.run(alone())
    assert clock._tokens == 0
    return clock


def test_a_nap_gives_the_token_back_and_takes_it_again() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        await lease.sleep(2)
        assert clock._tokens == 1
        assert lease.now() == START + 2

    leased(play)


def test_several_naps_at_once_give_one_token_back_together() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        clock.hold()  # somebody else performs
        naps = [asyncio.create_task(lease.sleep(seconds)) for seconds in (1, 2, 2)]
        for _ in range(50):
            await asyncio.sleep(0)
        assert clock._tokens == 1
        assert clock.now() == START
        clock.release()
        await asyncio.wait(naps)
        assert clock._tokens == 1

    assert leased(play).now() == START + 2


def test_of_several_naps_the_last_one_takes_the_token_again() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        long = asyncio.create_task(lease.sleep(5))
        await lease.sleep(1)
        assert clock._tokens == 0
        await long
        assert clock._tokens == 1

    leased(play)


def test_who_is_left_behind_asleep_gives_the_token_to_its_step() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        naps = [asyncio.create_task(lease.sleep(seconds)) for seconds in (1, 3)]
        await asyncio.sleep(0)
        lease.leave()
        lease.leave()
        assert clock._tokens == 1
        for _ in range(50):
            await asyncio.sleep(0)
        assert clock.now() == START
        await clock.sleep(10)
        await asyncio.wait(naps)
        assert clock._tokens == 1

    leased(play)


def test_who_was_left_behind_awake_moves_no_time_by_sleeping() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        lease.leave()
        nap = asyncio.create_task(lease.sleep(1))
        for _ in range(50):
            await asyncio.sleep(0)
        assert clock._tokens == 1
        assert clock.now() == START
        nap.cancel()
        await asyncio.wait({nap})
        assert clock._tokens == 1

    leased(play)


def test_an_alarm_rings_in_real_time_while_virtual_time_is_frozen() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        rang = asyncio.Event()
        lease.alarm(0.01, rang.set)
        await rang.wait()  # the token is held: real work
        assert clock.now() == START

    leased(play)


def test_a_slow_machine_rings_no_alarm_of_a_player_that_sleeps() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        rang: list[float] = []
        lease.alarm(0.02, lambda: rang.append(clock.now()))
        clock.hold()  # somebody else works for longer than the limit, in real time
        nap = asyncio.create_task(lease.sleep(0.01))
        await asyncio.sleep(0.06)
        assert not rang
        clock.release()
        await nap
        assert not rang

    leased(play)


def test_an_alarm_rings_in_virtual_time_for_a_player_that_sleeps() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        rang: list[float] = []
        lease.alarm(60, lambda: rang.append(clock.now()))
        await lease.sleep(90)
        assert rang == [START + 60]

    leased(play)


def test_a_cancelled_alarm_is_still_in_both_times() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        rang: list[float] = []
        lease.alarm(0.01, lambda: rang.append(clock.now())).cancel()
        await asyncio.sleep(0.03)
        await lease.sleep(1)
        assert not rang

    leased(play)


def test_a_player_and_whom_it_asks_give_one_token_back_together() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        inner = Lease(clock, lease)
        clock.hold()  # somebody else performs
        naps = [asyncio.create_task(one.sleep(2)) for one in (lease, inner, inner)]
        for _ in range(50):
            await asyncio.sleep(0)
        assert (clock._tokens, lease.asleep, inner.asleep) == (1, 3, 2)
        clock.release()
        await asyncio.wait(naps)
        assert (clock._tokens, lease.asleep, lease.naps) == (1, 0, 3)

    assert leased(play).now() == START + 2


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside another wait"])
def test_whoever_is_left_behind_in_the_middle_of_an_attempt_moves_no_time(beside: bool) -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        inner = Lease(clock, lease)
        naps = [asyncio.create_task(inner.sleep(5))]
        await asyncio.sleep(0)
        if beside:
            naps.append(asyncio.create_task(lease.sleep(3)))
            await asyncio.sleep(0)
        inner.leave()
        assert (clock._tokens, lease.asleep) == (0 if beside else 1, int(beside))
        await lease.sleep(1)
        assert clock.now() == START + 1
        inner.leave()
        await asyncio.wait([lease_nap := asyncio.create_task(lease.sleep(9)), *naps])
        await lease_nap
        assert clock._tokens == 1

    assert leased(play).now() == START + 10


def test_whoever_is_left_behind_takes_along_whom_it_asks() -> None:
    async def play(clock: VirtualClock, lease: Lease) -> None:
        middle = Lease(clock, lease)
        inner = Lease(clock, middle)
        nap = asyncio.create_task(inner.sleep(5))
        await asyncio.sleep(0)
        middle.leave()
        assert (clock._tokens, lease.asleep) == (1, 0)
        inner.leave()
        assert clock._tokens == 1
        await lease.sleep(7)
        await nap
        assert clock._tokens == 1

    assert leased(play).now() == START + 7
