"""What is wrong with an IR, before it is known on which line."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""The way through the JSON text: keys, and indexes from 0."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault."""

    path: Path
    fact: str
    help: str | None = None
