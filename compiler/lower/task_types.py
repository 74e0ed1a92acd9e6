"""How much the priority of a step counts, by what kind of task it is (seed 003, spec 3)."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.parse import syntax

WEIGHTS: Mapping[str, float] = {
    "fraud_detection": 1.5,
    "finance": 1.5,
    "crypto_prediction": 1.2,
    "email_campaign": 1.0,
    "video_generation": 0.8,
}
"""The table of the seed; the project's ``task_types`` stand over it."""
OTHERWISE = 1.0


def weight_of(task_type: syntax.Spanned[str] | None, project: syntax.Project | None) -> float:
    """The multiplier of a step's priority; 1.0 for a kind that no table knows."""
    if task_type is None:
        return OTHERWISE
    for name, weight in () if project is None else project.task_types:
        if name.value == task_type.value:
            return weight.value
    return WEIGHTS.get(task_type.value, OTHERWISE)
