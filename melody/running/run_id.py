"""Names of runs: they sort by time and never meet."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a name can be read aloud."""


def new_run_id(*, now_s: float | None = None, noise: int | None = None) -> str:
    """A ULID: 48 bits of time in milliseconds, then 80 random bits; 26 characters.

    Args:
        now_s: Seconds since the epoch; the machine's time by default.
        noise: The random bits, for tests.

    >>> new_run_id(now_s=1_000_000_000.0, noise=7)
    '00X3AAA4000000000000000007'
    """
    moment = round((time.time() if now_s is None else now_s) * 1000) & ((1 << 48) - 1)
    drawn = secrets.randbits(80) if noise is None else noise & ((1 << 80) - 1)
    number = (moment << 80) | drawn
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
