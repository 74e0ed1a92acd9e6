"""What was counted lately: buckets come and go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.window import Tally, Window


def test_calls_of_one_bucket_are_counted_together() -> None:
    window = Window(10, 0).add(0.1, failed=True, took_s=2).add(0.9, failed=False, took_s=1)
    assert len(window.filled) == 1
    tally = window.tally(1)
    assert tally == Tally(2, 1, 3.0)
    assert (tally.share, tally.mean_s) == (0.5, 1.5)


def test_nothing_counted_is_no_failure() -> None:
    assert (Tally().share, Tally().mean_s) == (0.0, 0.0)


@pytest.mark.parametrize(("now", "calls"), [(9.999, 1), (10, 0), (1000, 0)])
def test_what_is_so_old_as_the_window_is_out(now: float, calls: int) -> None:
    assert Window(10, 0).add(0, failed=True).tally(now).calls == calls


def test_buckets_are_counted_from_the_origin() -> None:
    window = Window(10, 100.3).add(101.2, failed=True)
    assert window.tally(110.2).calls == 1
    assert window.tally(110.3).calls == 0


def test_fewer_buckets_are_coarser() -> None:
    assert Window(10, 0).buckets == 10
    assert Window(10, 0, 2).add(4.9, failed=True).tally(9.9).calls == 1
    assert Window(10, 0, 2).add(4.9, failed=True).tally(10).calls == 0


def test_a_buckets_edge_is_not_missed_by_a_floats_last_bit() -> None:
    # 0.7 / 0.1 is 6.999999999999999: without care the call would stand in the bucket before.
    window = Window(1, 0).add(0.7, failed=True)
    assert [number for number, _ in window.filled] == [7]


def test_old_buckets_are_not_kept() -> None:
    window = Window(10, 0)
    for second in range(1000):
        window = window.add(second, failed=False)
    assert len(window.filled) == 10


def test_time_that_runs_backwards_stands_still() -> None:
    window = Window(10, 0).add(5, failed=True).add(2, failed=True)
    assert [number for number, _ in window.filled] == [5]
    assert window.tally(3) == Tally(2, 2)


CALLS = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=40)


@given(calls=CALLS, later=st.integers(0, 20))
def test_the_tally_is_that_of_the_calls_young_enough(
    calls: list[tuple[int, bool]], later: int
) -> None:
    calls.sort(key=lambda call: call[0])
    window = Window(10, 0)
    for at, failed in calls:
        window = window.add(at, failed=failed, took_s=1)
    now = (calls[-1][0] if calls else 0) + later
    young = [failed for at, failed in calls if now - at < 10]
    assert window.tally(now) == Tally(len(young), sum(young), len(young))
