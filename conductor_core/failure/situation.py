"""What a decision depends on, and what it says: plain data, so that it can be told again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from conductor_core.failure.history import NO_HISTORY, Tally
from conductor_core.failure.purse import FREE, Price
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Jitter, Retry, Rung

WrittenAs: TypeAlias = Literal["on_failure", "on_fail"]
"""The key of a step's own ladder; ``on_fail`` is its gate's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A player that may take over."""

    player: str
    price: Price = FREE
    """What it declares for one attempt."""
    same_credential: bool = False
    """It reaches its provider with the credential of the player that failed."""
    breaker_open: bool = False
    """Its provider is left alone for a while."""
    history: Tally = NO_HISTORY
    """How it has done, as of the start of the run."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a decision may depend on; nothing else is read."""

    error: StandardError
    failures: int
    """Failed attempts of the current player, those it made by itself and this one included."""
    alternatives: tuple[Candidate, ...]
    """Players left in the fallback order."""
    rules: tuple[Retry, ...]
    """Retry rules; the first that names the error holds."""
    importance: Importance
    on_failure: tuple[Rung, ...] | None
    """The step's own ladder for this kind of failure, if written."""
    gap_accepted: bool
    """An unwritten skip is possible: every reader accepts a gap and it is not inside a map."""
    effects_once: bool
    """The player may act at most once."""
    time_left_s: float | None
    """Until the player's total limit, seconds; None: no limit."""
    jitter: Jitter
    """Of a rule that writes none."""
    rng: random.Random
    by_rule: tuple[int, ...] = ()
    """Failures of the current player by rule, this one included; empty: ``failures`` for each."""
    recovery: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)
    """By code or class: the ladder in place of the class's own."""
    on_exceeded: Literal["fail", "skip", "cheaper"] | None = None
    """What the step does when a budget is used up; None: ``fail``."""
    cheaper: str | None = None
    """Of the alternatives: the next that costs less of what has run short."""
    varied: bool = False
    """The next attempt has other parameters."""
    refreshes_left: int = 0
    """How often the player's credential may still be renewed."""
    retry_token: bool = True
    """Retries of this target are not throttled."""
    breaker_open: bool = False
    """The current target is left alone for a while."""
    breaker_left_s: float | None = None
    """For how long still, seconds; None: nobody knows."""
    routes: tuple[Candidate, ...] = ()
    """Players with the same capability, not asked yet."""
    reconstructable: bool = False
    """There is a later artifact, or there will be one."""
    human: bool = False
    """Somebody is there to be asked."""
    error_tolerance: Literal["minimal", "moderate"] = "moderate"
    price: Price = FREE
    """What the current player declares for one attempt."""
    money_left_usd: float | None = None
    """None: no bound."""
    tokens_left: int | None = None
    """Likewise."""
    written_as: WrittenAs = "on_failure"
    """The key that ``on_failure`` was written under."""
    struck: Mapping[Rung, str] = field(default_factory=dict)
    """Rungs that were tried for this failure and led nowhere, with the reason."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why."""

    rung: Rung
    delay_s: float
    rule: str
    """Where it came from: ``on_failure``, ``on_fail``, ``recovery:KEY``, ``class:NAME``,
    ``code:CODE`` or ``on_exceeded``."""
    rejected: tuple[tuple[Rung, str], ...]
    """Rungs that stood before it and the reason code that struck each."""
    target: str | None = None
    """Of a fallback or a reroute: the player that takes over."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """The facts it was taken on, for whoever asks why."""
    ranked: tuple[tuple[str, float], ...] = ()
    """Of several candidates: each with its score, the best first."""
    passed_over: tuple[tuple[str, str], ...] = ()
    """Candidates that could not take over, with the reason code of each."""
    retry_rule: int | None = None
    """Of a retry: the place of the rule that asked for it, from 0."""

    def to_json(self) -> dict[str, object]:
        """For the journal and ``explain``."""
        tree: dict[str, object] = {
            "decision": self.rung.value,
            "delay_s": round(self.delay_s, 6),
            "rule": self.rule,
            "rejected": [{"rung": rung.value, "reason": why} for rung, why in self.rejected],
            "target": self.target,
        }
        if self.inputs:
            tree["inputs"] = dict(self.inputs)
        if self.ranked:
            tree["ranked"] = [{"target": name, "score": score} for name, score in self.ranked]
        if self.passed_over:
            tree["passed_over"] = [
                {"target": name, "reason": why} for name, why in self.passed_over
            ]
        if self.retry_rule is not None:
            tree["retry_rule"] = self.retry_rule
        return tree
