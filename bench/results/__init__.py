"""What the benchmarks measured, kept: raw seconds of every round, and the ratios."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent
FRAMEWORKS = ("langgraph", "crewai", "pydantic")


def save(
    name: str,
    *,
    title: str,
    steps: int,
    raw: Mapping[str, list[float]],
    ratios: Mapping[str, float],
    base: str,
) -> None:
    """Write ``bench/results/NAME.json``; the run before is in the history of the repository."""
    tree = {
        "benchmark": title,
        "steps": steps,
        "machine": {
            "processors": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "system": platform.system(),
            "python": platform.python_version(),
            **{one: version(one) for one in FRAMEWORKS},
        },
        "base": base,
        "ratios": {one: round(ratio, 3) for one, ratio in ratios.items()},
        "seconds": {one: [round(second, 6) for second in taken] for one, taken in raw.items()},
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")
