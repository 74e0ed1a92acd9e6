"""How many of the test part the model tells right."""

from __future__ import annotations

import json
import math
import sys

data = json.load(sys.stdin)
centres = data["model"]["centres"]
wrong = sum(
    min(centres, key=lambda kind, at=numbers: math.dist(centres[kind], at)) != truth
    for *numbers, truth in data["test"]
)
total = len(data["test"])
quality = (total - wrong) / total
json.dump({"quality": quality, "wrong": wrong, "of": total, "model": data["model"]}, sys.stdout)
