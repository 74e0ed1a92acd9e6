"""Situations to decide about, with one line for what matters in each."""

from __future__ import annotations

import random
from typing import Any

from conductor_core.failure.ladder import decide
from conductor_core.failure.situation import Candidate, Decision, Situation
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Jitter, Retry


def situation(error: StandardError | str, **facts: Any) -> Situation:
    """One in which nothing is written; ``retry`` stands for a single rule."""
    if "retry" in facts:
        facts["rules"] = (facts.pop("retry"),)
    known: dict[str, Any] = {
        "failures": 1,
        "alternatives": (),
        "rules": (Retry(),),
        "importance": Importance.NORMAL,
        "on_failure": None,
        "gap_accepted": False,
        "effects_once": False,
        "time_left_s": None,
        "jitter": Jitter.NONE,
        "rng": random.Random(0),
    }
    error = StandardError.of(error) if isinstance(error, str) else error
    return Situation(error=error, **{**known, **facts})


def decided(error: StandardError | str, **facts: Any) -> Decision:
    return decide(situation(error, **facts))


def chosen(error: StandardError | str, **facts: Any) -> str:
    return decided(error, **facts).rung.value


def reasons(error: StandardError | str, **facts: Any) -> dict[str, str]:
    return {rung.value: why for rung, why in decided(error, **facts).rejected}


def players(*names: str, **facts: Any) -> tuple[Candidate, ...]:
    return tuple(Candidate(name, **facts) for name in names)
