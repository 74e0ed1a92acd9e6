"""What a guard and its retry rules come to: numbers and ladders that generated code is told."""

from __future__ import annotations

import math
from itertools import chain
from typing import Final

from workflow_ir.policy import DEFAULT_ATTEMPTS, Backoff, Importance, Retry, Rung
from workflow_ir.steps import Guard

WALL_S: Final = 300.0
"""The policy wall where nobody has written another one, seconds (spec 4)."""

USUAL_ATTEMPTS: Final = DEFAULT_ATTEMPTS[Importance.NORMAL]
"""Of one player, the first included."""

PATIENCE: Final = 3
"""From this failure on, an unwritten allowance tries the next rung first (spec 4)."""

_UNWRITTEN: Final = frozenset(Rung) - {Rung.FAIL}
"""Where no ladder is written, those of the classes hold; together they have all rungs."""


def rungs_of(guard: Guard) -> frozenset[Rung]:
    """Every rung that may be taken at a step, by whatever ladder."""
    written = written_rungs(guard)
    return written | _UNWRITTEN if guard.on_failure is None else written


def written_rungs(guard: Guard) -> frozenset[Rung]:
    """Those of the ladders that are written, at the step or in its policy."""
    on_gate = None if guard.gate is None else guard.gate.on_fail
    by_policy = chain.from_iterable(guard.policy.recovery.values())
    return frozenset([*(guard.on_failure or ()), *(on_gate or ()), *by_policy])


def leaves_gap(guard: Guard) -> bool:
    """A gap that is not written is acceptable: to all readers, and at a step that matters less."""
    return guard.gap_accepted and guard.importance in (Importance.LOW, Importance.NORMAL)


def allowance(rule: Retry, guard: Guard) -> int:
    """Attempts of one player by this rule, the first included."""
    usual = DEFAULT_ATTEMPTS[guard.importance]
    return usual if rule.max_attempts is None else rule.max_attempts


def patience(rule: Retry, guard: Guard) -> int | None:
    """The failure from which on a transient error tries the next rung first; None: never."""
    if rule.max_attempts is not None:
        return None
    several = len(guard.policy.rules) > 1
    return PATIENCE if several or allowance(rule, guard) > PATIENCE else None


def initial(rule: Retry) -> float:
    """The first delay, seconds."""
    if rule.initial_s is not None:
        return rule.initial_s
    return 5.0 if rule.backoff is Backoff.LINEAR else 1.0


def is_steep(rule: Retry, guard: Guard) -> bool:
    """Its delays may grow beyond what a float can hold, before they are cut."""
    if rule.backoff is not Backoff.EXPONENTIAL:
        return False
    return allowance(rule, guard) * math.log2(rule.multiplier) > 1000
