"""How long to wait before the same player tries again (spec 4, Retry; spec 8, policy)."""

from __future__ import annotations

import random

from workflow_ir.policy import DEFAULT_INITIAL_S, Backoff, Jitter, Retry

LONGEST_HINT_S = 120.0
"""A ``Retry-After`` hint beyond this is not waited for (spec 4)."""


def backoff(retry: Retry, failures: int, *, jitter: Jitter, rng: random.Random) -> float:
    """The delay after the ``failures``-th failure of one player, seconds.

    Always ``0 <= delay <= max_delay_s``: jitter is drawn inside the cap. The last entry of
    a list of delays repeats.

    Args:
        retry: The habits of the step.
        failures: Failures of this player so far, from 1.
        jitter: ``full`` draws uniformly between 0 and the delay.
        rng: The source of the draw; unused without jitter.

    Raises:
        ValueError: ``failures`` is not positive: nothing has failed yet.
    """
    if failures < 1:
        message = f"a delay comes after a failure, not after {failures}"
        raise ValueError(message)
    delay = min(retry.max_delay_s, _nominal(retry, failures))
    return rng.uniform(0.0, delay) if jitter is Jitter.FULL else delay


def _nominal(retry: Retry, failures: int) -> float:
    if isinstance(retry.backoff, tuple):
        return retry.backoff[min(failures, len(retry.backoff)) - 1]
    initial = DEFAULT_INITIAL_S[retry.backoff] if retry.initial_s is None else retry.initial_s
    match retry.backoff:
        case Backoff.CONSTANT:
            return initial
        case Backoff.LINEAR:
            return initial * failures
        case Backoff.EXPONENTIAL:
            try:
                return initial * retry.multiplier ** (failures - 1)
            except OverflowError:
                return retry.max_delay_s if initial > 0 else 0.0
