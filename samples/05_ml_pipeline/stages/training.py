"""The model: the centre of each class. The test part is handed on for the validation."""

from __future__ import annotations

import json
import statistics
import sys

data = json.load(sys.stdin)
by_class: dict[str, list[list[float]]] = {}
for *numbers, kind in data["train"]:
    by_class.setdefault(kind, []).append(numbers)
centres = {
    kind: [statistics.fmean(column) for column in zip(*rows, strict=True)]
    for kind, rows in sorted(by_class.items())
}
model = {"centres": centres, "means": data["means"], "scales": data["scales"]}
json.dump({"model": model, "test": data["test"]}, sys.stdout)
