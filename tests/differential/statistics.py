"""What drawn Melodies hold: their steps, and how often each verb met each modifier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import yaml

from melody.testing.conformance.case import Case
from tests.differential.sketch import Step
from tests.differential.verbs import VERBS

ALONE = (
    "when", "for_each", "for_each concurrency", "for_each succeed_if", "for_each barrier_timeout",
    "needs", "output", "gate", "gate on_fail", "on_failure", "reconstruct", "require", "window",
    "priority", "importance", "compensate", "idempotency_key",
)  # fmt: skip
"""What stands beside a verb, for the statistics; ``policy`` is told by its keys."""
IN_POLICY = (
    "timeout", "total_timeout", "retry", "budget", "on_exceeded", "recovery", "hedge", "breaker",
    "throttle",
)  # fmt: skip
RUNGS = ("retry", "fallback", "reconstruct", "reroute", "skip", "escalate", "fail")
MODIFIERS = (
    *ALONE,
    *(f"policy {key}" for key in IN_POLICY),
    *(f"on_failure {rung}" for rung in RUNGS),
)
_OF_A_FAIL = ("when", "needs", "require", "window", "priority", "importance")
_NO_RESULT = ("output", "gate", "gate on_fail", "reconstruct", "on_failure reconstruct")
_OF_PLAYERS = ("idempotency_key",)


def pairs() -> list[tuple[str, str]]:
    """Every verb with every modifier that may stand beside it (MEL224)."""
    return [
        (verb, modifier) for verb in VERBS for modifier in MODIFIERS if _may_stand(verb, modifier)
    ]


def _may_stand(verb: str, modifier: str) -> bool:
    if verb == "fail":
        return modifier in _OF_A_FAIL
    if modifier in _OF_PLAYERS:
        return verb in ("play", "run")
    if verb == "wait":
        return modifier not in _NO_RESULT
    return verb != "approval" or modifier != "output"


@dataclass(slots=True)
class Statistics:
    """Counts over many cases."""

    sizes: list[int] = field(default_factory=list)
    """Steps of each, those of its sub-melodies among them."""
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Verb and modifier."""
    melodies: set[str] = field(default_factory=set)
    """Texts, to count different ones."""

    def add(self, case: Case) -> None:
        """Count one case."""
        steps = list(steps_of(case))
        self.sizes.append(len(steps))
        self.melodies.add(case.melody + "".join(case.files.values()))
        for verb, step in steps:
            self.met.update((verb, modifier) for modifier in modifiers_of(step))

    def never(self) -> list[tuple[str, str]]:
        """Pairs that no case has."""
        return [pair for pair in pairs() if not self.met[pair]]

    def told(self) -> Iterator[str]:
        """Lines for people."""
        known = pairs()
        yield (
            f"{len(self.sizes)} Melodies, {len(self.melodies)} of them different; "
            f"steps: median {median(self.sizes):g}, most {max(self.sizes)}"
        )
        rarest = sorted(known, key=lambda pair: self.met[pair])[:5]
        shown = ", ".join(
            f"{verb} with {modifier} {self.met[verb, modifier]}" for verb, modifier in rarest
        )
        yield f"{len(known)} pairs of verb and modifier, {len(self.never())} never; rarest: {shown}"

    def table(self) -> Iterator[str]:
        """How often each pair occurred, one line a modifier."""
        yield f"{'':24}" + "".join(f"{verb:>9}" for verb in VERBS)
        known = set(pairs())
        for modifier in MODIFIERS:
            counts = (
                str(self.met[verb, modifier]) if (verb, modifier) in known else "-"
                for verb in VERBS
            )
            yield f"{modifier:24}" + "".join(f"{count:>9}" for count in counts)


def steps_of(case: Case) -> Iterator[tuple[str, Step]]:
    """Every step with its verb, those of sub-melodies too."""
    for text in (case.melody, *case.files.values()):
        yield from _steps(yaml.safe_load(text)["steps"])


def _steps(steps: dict[str, Step]) -> Iterator[tuple[str, Step]]:
    for step in steps.values():
        yield verb_of(step), step
        for inner in _inside(step):
            yield from _steps(inner)


def _inside(step: Step) -> Iterator[dict[str, Step]]:
    yield step.get("steps", {})
    yield from (arm["steps"] for arm in step.get("branch", ()))
    yield from (side["steps"] for side in step.get("parallel", {}).values())
    yield step.get("repeat", {}).get("steps", {})


def verb_of(step: Step) -> str:
    """The name of its verb; ``event`` for ``wait: {event: …}``."""
    waits: Any = step.get("wait")
    if isinstance(waits, dict) and "event" in waits:
        return "event"
    return next(verb for verb in VERBS if verb in step)


def modifiers_of(step: Step) -> Iterator[str]:
    """What stands beside its verb."""
    yield from (name for name in ALONE if name in step)
    if "for_each" in step:
        keys = ("concurrency", "succeed_if", "barrier_timeout")
        yield from (f"for_each {key}" for key in keys if key in step)
    if "on_fail" in step.get("gate", {}):
        yield "gate on_fail"
    yield from (f"policy {key}" for key in step.get("policy", {}))
    ladder = step.get("on_failure", ())
    for rung in [ladder] if isinstance(ladder, str) else ladder:
        yield f"on_failure {rung}"
