"""Times of interleaved contestants, so that a busy moment of the machine hits all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Raw = dict[str, list[float]]
"""By contestant: seconds of each round, in order."""


def rounds_of(contestants: Mapping[str, Callable[[], object]], *, rounds: int) -> Raw:
    """Seconds of every round of each contestant, one warm-up round aside."""
    times: Raw = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            gc.collect()  # nobody pays for what another one has left
            began = time.perf_counter()
            run()
            if turn > 0:
                times[name].append(time.perf_counter() - began)
    return times


def medians(contestants: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Median seconds of each contestant, one warm-up round aside."""
    return medians_of(rounds_of(contestants, rounds=rounds))


def medians_of(raw: Raw) -> dict[str, float]:
    """Median seconds of each contestant."""
    return {name: statistics.median(taken) for name, taken in raw.items()}
