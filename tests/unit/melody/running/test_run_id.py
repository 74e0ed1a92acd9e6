from __future__ import annotations

from melody.running.run_id import new_run_id


def test_names_sort_by_time() -> None:
    names = [new_run_id(now_s=moment, noise=0) for moment in (1.0, 2.0, 1e9, 2e9)]
    assert names == sorted(names)


def test_two_runs_of_the_same_moment_have_different_names() -> None:
    assert len({new_run_id(now_s=1e9) for _ in range(100)}) == 100


def test_a_name_is_a_ulid() -> None:
    assert new_run_id(now_s=1469918176.385, noise=0) == "01ARYZ6S410000000000000000"
    assert len(new_run_id()) == 26
