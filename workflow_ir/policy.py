"""The failure policy as data (spec 4, spec 8). Durations are seconds; nothing here acts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_ir.frozen import Data, Frozen
from workflow_ir.values import ExprValue


class Rung(StrEnum):
    """One way to go on after a failed attempt; the words of ``on_failure`` and of decisions."""

    RETRY = "retry"
    """The same player again, after a delay, perhaps with other parameters."""
    FALLBACK = "fallback"
    """The next player of the ``fallback`` list."""
    RECONSTRUCT = "reconstruct"
    """Make the missing value from a later artifact."""
    REROUTE = "reroute"
    """Another player with the same capability."""
    SKIP = "skip"
    """Leave a typed gap and go on."""
    ESCALATE = "escalate"
    """Ask a person."""
    FAIL = "fail"
    """Give up: the step has failed."""


class Importance(StrEnum):
    """How much a step matters; it sets the default number of attempts (spec 4)."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


DEFAULT_ATTEMPTS = {
    Importance.LOW: 1,
    Importance.NORMAL: 3,
    Importance.HIGH: 4,
    Importance.CRITICAL: 5,
}
"""Attempts of one player when nobody wrote a number (spec 4, Recovery ladder)."""


class Backoff(StrEnum):
    """How the delay grows from attempt to attempt."""

    EXPONENTIAL = "exponential"
    LINEAR = "linear"
    CONSTANT = "constant"


class Jitter(StrEnum):
    """Whether a delay is drawn at random below its computed value."""

    FULL = "full"
    NONE = "none"


DEFAULT_INITIAL_S = {Backoff.EXPONENTIAL: 1.0, Backoff.LINEAR: 5.0, Backoff.CONSTANT: 1.0}
"""First delay, seconds, by kind of backoff (spec 8: seed 003's 1 2 4 8 and 5 10 15)."""


class Retry(Frozen):
    """When and how often the same player tries again."""

    max_attempts: int | None = Field(default=None, ge=1)
    """Attempts of one player including the first. None: by importance."""
    backoff: Backoff | tuple[float, ...] = Backoff.EXPONENTIAL
    """Kind of growth, or the delays themselves in seconds (the last one repeats)."""
    initial_s: float | None = Field(default=None, ge=0)
    """Delay after the first failure, seconds. None: 1, linear 5."""
    multiplier: float = Field(default=2.0, ge=1)
    """Growth of an exponential backoff."""
    max_delay_s: float = Field(default=60.0, ge=0)
    """No delay is longer, seconds; jitter stays inside it, a ``Retry-After`` hint does not."""
    jitter: Jitter | None = None
    """None: full, but none in scripted runs (spec 8)."""
    on: tuple[str, ...] = ()
    """Error classes or codes that may be retried; empty: whatever the class ladder retries."""
    vary: tuple[dict[str, Data], ...] = ()
    """Parameters of later attempts: entry k holds for attempt k+1, the last one repeats."""

    @model_validator(mode="after")
    def _delays_are_possible(self) -> Retry:
        if isinstance(self.backoff, tuple) and (not self.backoff or min(self.backoff) < 0):
            message = "a list of delays needs at least one delay, none of them negative"
            raise ValueError(message)
        return self


class Throttle(Frozen):
    """Retry tokens of one target: they stop a storm of retries (gRPC's throttling)."""

    tokens: float = Field(default=10.0, gt=0)
    """A retry needs more than half of them."""
    ratio: float = Field(default=0.1, gt=0)
    """What a success gives back; a failure that could be retried takes one."""


class Escalation(Frozen):
    """How a person is asked when nothing else has helped."""

    assignees: tuple[str, ...] = ()
    expires_s: float = Field(default=3600.0, gt=0)
    """Seconds after which nobody need answer any more."""
    on_timeout: Literal["fail", "skip"] = "fail"
    """What holds when nobody has answered; ``skip`` only where a gap is accepted."""


class Budget(Frozen):
    """What may be used up; None: no bound."""

    usd: float | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    wall_s: float | None = Field(default=None, gt=0)
    """Seconds, without paused time."""
    attempts: int | None = Field(default=None, ge=1)


class Breaker(Frozen):
    """When a provider that keeps failing is left alone for a while (spec 4, Pipeline)."""

    window_s: float = Field(default=60.0, gt=0)
    """Calls of so many seconds are looked at."""
    calls: int = Field(default=5, ge=1)
    """With fewer of them it never opens."""
    failures: float = Field(default=0.5, gt=0, le=1)
    """It opens when this share of them has failed."""
    open_s: float = Field(default=30.0, gt=0)
    """How long it stays open at first, seconds."""
    max_open_s: float = Field(default=300.0, gt=0)
    """It stays open twice as long each time it opens again, and at most so long."""
    probes: int = Field(default=1, ge=1)
    """Calls that are let through when the time is over, to see whether it has recovered."""
    ramp: tuple[Annotated[float, Field(gt=0, le=1)], ...] = (0.1, 0.5)
    """Shares of calls that are let through, one after the other, before all are (seed 004)."""
    state: Literal["automatic", "forced_open", "disabled"] = "automatic"
    """Set by hand: ``forced_open`` lets nothing through, ``disabled`` everything."""


class Hedge(Frozen):
    """Further attempts beside one that takes long; the first success wins."""

    delay_s: float = Field(gt=0)
    """How long the first attempt has before the next one starts beside it, seconds."""
    max: int = Field(default=1, ge=1)
    """Attempts beside the first."""


class Policy(Frozen):
    """The bounds and habits of one step after precedence was applied."""

    retry: Retry | tuple[Retry, ...] = Retry()
    """Or several rules: the first whose ``on`` names the error holds, and each counts by itself."""
    recovery: dict[str, tuple[Rung, ...]] = {}
    """By class or code of the error: the ladder in place of the class's own; a code wins."""
    timeout_s: float | None = Field(default=None, gt=0)
    """Limit of one attempt, seconds; expired: ``timeout.attempt``. None: no limit."""
    total_timeout_s: float | None = Field(default=None, gt=0)
    """Limit of one player's attempts and waits together; expired: ``policy.wall_time``."""
    wall_s: float = Field(default=300.0, gt=0)
    """The policy wall of one player's attempts together (seed 001's five minutes)."""
    budget: Budget | None = None
    """Of this step alone."""
    on_exceeded: Literal["fail", "skip", "cheaper"] | None = None
    """What a used-up budget does; None: ``fail``."""
    memory_bytes: int | None = Field(default=None, gt=0)
    cpu: float | None = Field(default=None, gt=0)
    """Share of one processor."""
    breaker: Breaker | None = None
    """None: as the run's defaults say."""
    hedge: Hedge | None = None
    """None: no hedging."""
    throttle: Throttle | None = None
    """None: as the run's defaults say."""
    escalation: Escalation = Escalation()
    notify: tuple[str, ...] = ()
    """Who is to be told when the step has failed for good or left a gap."""
    may_degrade: bool = True
    """A player may lower its own precision to finish."""
    error_tolerance: Literal["minimal", "moderate"] = "moderate"
    """``minimal``: no gap that is not written (seed 004's production profile)."""

    @property
    def rules(self) -> tuple[Retry, ...]:
        """The retry rules in order; a rule without ``on`` holds for every error."""
        return self.retry if isinstance(self.retry, tuple) else (self.retry,)


class RunPolicy(Frozen):
    """What holds for the whole run."""

    concurrency: int = Field(default=32, ge=1)
    """Steps that may perform at the same time."""
    on_step_failure: Literal["cancel", "finish_independent"] = "cancel"
    """What the first unrecovered failure does to steps that do not depend on it."""
    budget: Budget | None = None
    """Of the whole run."""


class Gate(Frozen):
    """A condition that an output must meet after it passed its schema."""

    check: ExprValue | None = None
    score: ExprValue | None = None
    """A number that must be ``at_least`` so high."""
    at_least: float | None = None
    on_fail: tuple[Rung, ...] | None = None
    """Replaces ``on_failure`` for gate failures only (spec 8)."""

    @model_validator(mode="after")
    def _checks_something(self) -> Gate:
        if (self.score is None) != (self.at_least is None) or (
            self.check is None and self.score is None
        ):
            message = "a gate has a check, or a score with at_least, or both"
            raise ValueError(message)
        return self


class SucceedIf(Frozen):
    """How many items of a map must succeed (spec 2: ``all``, ``any``, ``N``, ``80%``)."""

    kind: Literal["all", "any", "count", "percent"]
    count: int | None = Field(default=None, ge=1)
    percent: float | None = Field(default=None, gt=0, le=100)
