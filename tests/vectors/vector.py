"""Cases of other systems, as data: what is given, and what they expect."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml

FILE = Path(__file__).with_name("failure.yaml")

Data = dict[str, Any]
Handler = Callable[[Data, Data], None]
"""Plays ``given`` on our engine and asserts ``expect``."""


class Vector(NamedTuple):
    """One case."""

    id: str
    topic: str
    given: Data
    expect: Data
    source: str


def read() -> dict[str, Vector]:
    """All vectors by id."""
    tree = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    found = [
        Vector(one["id"], one["topic"], one["given"], one["expect"], one["source"])
        for one in tree["vectors"]
    ]
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}


class Draw(random.Random):
    """A source of random that always draws the same share."""

    def __new__(cls, share: float = 0.0) -> Self:
        return super().__new__(cls)

    def __init__(self, share: float = 0.0) -> None:
        super().__init__()
        self.share = share

    def random(self) -> float:
        return self.share

    def __copy__(self) -> Draw:
        return Draw(self.share)


def listed(value: Any) -> list[Any]:
    """A list, of one where the case gives a single value."""
    return value if isinstance(value, list) else [value]
