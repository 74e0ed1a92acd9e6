"""Classifies by the nearest neighbours, in plain Python."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

Rows = list[dict[str, Any]]


def validate(*, train: Rows, test: Rows, k: int) -> dict[str, Any]:
    """The share of the test's rows whose class the k nearest rows of the training name."""
    if not 1 <= k <= len(train):
        raise ValueError(f"k is {k}; there are {len(train)} rows to learn from")
    right = sum(_class_of(row["x"], train, k) == row["y"] for row in test)
    return {"k": k, "accuracy": round(right / len(test), 4)}


def baseline(*, train: Rows, test: Rows) -> dict[str, Any]:
    """What a model that always names the most frequent class reaches."""
    ((most, _),) = Counter(row["y"] for row in train).most_common(1)
    return {"accuracy": round(sum(row["y"] == most for row in test) / len(test), 4)}


def _class_of(point: list[float], train: Rows, k: int) -> str:
    nearest = sorted(train, key=lambda row: (math.dist(point, row["x"]), row["y"]))[:k]
    votes: Counter[str] = Counter(row["y"] for row in nearest)
    return min(votes, key=lambda name: (-votes[name], name))
