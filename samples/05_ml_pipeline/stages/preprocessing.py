"""Rows to a training and a test part, every column scaled by what the training part shows."""

from __future__ import annotations

import json
import statistics
import sys

rows = json.load(sys.stdin)["rows"]
train = [row for number, row in enumerate(rows) if number % 4]
test = [row for number, row in enumerate(rows) if not number % 4]
columns = list(zip(*(row[:-1] for row in train), strict=True))
means = [statistics.fmean(column) for column in columns]
scales = [statistics.pstdev(column) or 1.0 for column in columns]


def scaled(row: list[float | str]) -> list[float | str]:
    """A row whose numbers have mean 0 and deviation 1 in the training part."""
    numbers = zip(row[:-1], means, scales, strict=True)
    return [*((float(value) - mean) / scale for value, mean, scale in numbers), row[-1]]


json.dump(
    {
        "train": [scaled(row) for row in train],
        "test": [scaled(row) for row in test],
        "means": means,
        "scales": scales,
    },
    sys.stdout,
)
