"""How long to wait: the numbers of seed 003, and what holds for every number."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.backoff import backoff
from conductor_core.ports import rng_for
from workflow_ir.policy import Backoff, Jitter, Retry

SECONDS = st.floats(min_value=0, max_value=1e9)
RETRIES = st.builds(
    Retry,
    backoff=st.sampled_from(Backoff) | st.lists(SECONDS, min_size=1, max_size=5).map(tuple),
    initial_s=st.none() | SECONDS,
    multiplier=st.floats(min_value=1, max_value=1e6),
    max_delay_s=SECONDS,
)


def delays(retry: Retry, count: int) -> list[float]:
    rng = random.Random(0)
    return [backoff(retry, n, jitter=Jitter.NONE, rng=rng) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        (Retry(), [1, 2, 4, 8]),
        (Retry(backoff=Backoff.LINEAR), [5, 10, 15, 20]),
        (Retry(backoff=Backoff.CONSTANT), [1, 1, 1, 1]),
        (Retry(backoff=(0.5, 3.0)), [0.5, 3, 3, 3]),
        (Retry(backoff=(90.0,), max_delay_s=60), [60, 60, 60, 60]),
        (Retry(initial_s=0.5, multiplier=3), [0.5, 1.5, 4.5, 13.5]),
        (Retry(max_delay_s=5), [1, 2, 4, 5]),
        (Retry(initial_s=0), [0, 0, 0, 0]),
    ],
)
def test_delays_grow_as_their_kind_says(retry: Retry, expected: list[float]) -> None:
    assert delays(retry, 4) == expected


def test_exponential_delays_end_at_sixty_seconds() -> None:
    assert delays(Retry(), 9)[5:] == [32, 60, 60, 60]


@pytest.mark.parametrize("failures", [1025, 10**6])
def test_a_delay_beyond_all_numbers_is_the_longest_one(failures: int) -> None:
    rng = random.Random(0)
    assert backoff(Retry(), failures, jitter=Jitter.NONE, rng=rng) == 60


def test_no_initial_delay_stays_none_beyond_all_numbers() -> None:
    rng = random.Random(0)
    assert backoff(Retry(initial_s=0), 5000, jitter=Jitter.NONE, rng=rng) == 0


@pytest.mark.parametrize("failures", [0, -1])
def test_there_is_no_delay_where_nothing_has_failed(failures: int) -> None:
    with pytest.raises(ValueError, match=f"not after {failures}"):
        backoff(Retry(), failures, jitter=Jitter.NONE, rng=random.Random(0))


@given(
    retry=RETRIES,
    failures=st.integers(1, 10**6),
    jitter=st.sampled_from(Jitter),
    seed=st.integers(),
)
def test_no_delay_is_negative_or_longer_than_the_longest(
    retry: Retry, failures: int, jitter: Jitter, seed: int
) -> None:
    delay = backoff(retry, failures, jitter=jitter, rng=random.Random(seed))
    assert 0 <= delay <= retry.max_delay_s


@given(retry=RETRIES, failures=st.integers(1, 100), seed=st.integers())
def test_jitter_only_shortens(retry: Retry, failures: int, seed: int) -> None:
    rng = random.Random(seed)
    full = backoff(retry, failures, jitter=Jitter.FULL, rng=rng)
    assert full <= backoff(retry, failures, jitter=Jitter.NONE, rng=rng)


@given(retry=RETRIES, failures=st.integers(1, 50))
def test_delays_never_shrink_unless_they_were_listed(retry: Retry, failures: int) -> None:
    if not isinstance(retry.backoff, tuple):
        earlier, later = delays(retry, failures + 1)[-2:]
        assert earlier <= later


@given(seed=st.text(), path=st.text(), attempt=st.integers(1, 100))
def test_jitter_is_drawn_from_seed_path_and_attempt(seed: str, path: str, attempt: int) -> None:
    def drawn(*source: object) -> float:
        rng = rng_for(*source)  # type: ignore[arg-type]
        return backoff(Retry(), 5, jitter=Jitter.FULL, rng=rng)

    assert drawn(seed, path, attempt) == drawn(seed, path, attempt)
    assert drawn(seed, path, attempt) != drawn(seed, path, attempt + 1)
    assert drawn(seed, path, attempt) != drawn(seed, path + "x", attempt)
