"""What a host answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer, after all redirects."""

    host: str
    """That gave it."""
    status: int
    reason: str
    headers: Mapping[str, str]
    """Names in small letters; of headers that come several times, the values with commas."""
    body: bytes
    """Decompressed. Of a failed request its beginning only."""
