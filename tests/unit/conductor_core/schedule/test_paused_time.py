"""A worker that waits for a person gives the time back, unless others work."""

from __future__ import annotations

from conductor_core.failure.purse import Purse
from conductor_core.schedule.paused_time import PausedTime


class _Clock:
    now = 0.0


def test_the_time_in_which_a_worker_waits_for_somebody_is_given_back() -> None:
    clock, purse = _Clock(), Purse(began=0.0)
    paused = PausedTime(lambda: clock.now)
    with paused.working():
        clock.now = 1.0
        with paused.resting(), paused.asking(purse):
            clock.now = 11.0
        clock.now = 12.0
    assert purse.began == 10.0


def test_no_time_is_given_back_while_another_works() -> None:
    clock, purse = _Clock(), Purse(began=0.0)
    paused = PausedTime(lambda: clock.now)
    with paused.working(), paused.resting(), paused.asking(purse):
        with paused.working():
            clock.now = 4.0
        clock.now = 9.0
    assert purse.began == 5.0


def test_who_rests_and_asks_nobody_has_no_time_given_back() -> None:
    clock, purse = _Clock(), Purse(began=0.0)
    paused = PausedTime(lambda: clock.now)
    with paused.working(), paused.resting():
        clock.now = 4.0
    assert purse.began == 0.0
