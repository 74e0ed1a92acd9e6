"""Policy as written (spec 4 and 8): durations are seconds, sizes bytes, shares fractions of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from compiler.parse.syntax_base import Spanned
from compiler.parse.syntax_values import Expr, Map
from workflow_ir.policy import Backoff, Jitter, Rung
from workflow_ir.span import Span

OnStepFailure = OneOf["cancel", "finish_independent"]
"""What the first unrecovered failure does to steps that do not depend on it."""

BreakerState = OneOf["automatic", "forced_open", "disabled"]
"""Whether a breaker acts by itself."""

OnTimeout = OneOf["fail", "skip"]
"""What holds when nobody has answered an escalation."""

ErrorTolerance = OneOf["minimal", "moderate"]
"""Whether gaps are left that nobody wrote (seed 004's profiles)."""


@dataclass(frozen=True, slots=True)
class Retry:
    """``retry``: how the same player tries again."""

    span: Span
    max_attempts: Spanned[int] | None = None
    """Includes the first; ``max_retries: n`` is read as ``n + 1``."""
    backoff: Spanned[Backoff | tuple[float, ...]] | None = None
    initial: Spanned[float] | None = None
    multiplier: Spanned[float] | None = None
    max_delay: Spanned[float] | None = None
    jitter: Spanned[Jitter] | None = None
    vary: tuple[Map, ...] = ()
    """Constants only: models and sampling parameters."""
    on: tuple[Spanned[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """``budget``: what a step or run may use up."""

    span: Span
    usd: Spanned[float] | None = None
    tokens: Spanned[int] | None = None
    wall: Spanned[float] | None = None
    attempts: Spanned[int] | None = None


@dataclass(frozen=True, slots=True)
class Breaker:
    """``breaker``: when a provider that keeps failing is left alone."""

    span: Span
    window: Spanned[float] | None = None
    calls: Spanned[int] | None = None
    failures: Spanned[float] | None = None
    open: Spanned[float] | None = None
    max_open: Spanned[float] | None = None
    probes: Spanned[int] | None = None
    ramp: Spanned[tuple[float, ...]] | None = None
    """As written: a last ``100%`` may stand there."""
    state: Spanned[BreakerState] | None = None


@dataclass(frozen=True, slots=True)
class Hedge:
    """``hedge``: attempts beside one that takes long."""

    span: Span
    delay: Spanned[float]
    max: Spanned[int] | None = None


@dataclass(frozen=True, slots=True)
class Throttle:
    """``throttle``: retry tokens of one target."""

    span: Span
    tokens: Spanned[int] | None = None
    ratio: Spanned[float] | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """``escalation``: how a person is asked."""

    span: Span
    assignees: tuple[Spanned[str], ...] = ()
    expires: Spanned[float] | None = None
    on_timeout: Spanned[OnTimeout] | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """One entry of ``recovery``: the ladder of a class or code of errors."""

    error: Spanned[str]
    """The class, or the code as the taxonomy has it."""
    rungs: tuple[Spanned[Rung], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """``policy`` of a Melody, a step or a project; where a key may stand is checked in reading.

    What packs say stands here as if it were written; ``is_of_a_pack`` tells it by its place.
    """

    span: Span
    retry: Retry | tuple[Retry, ...] | None = None
    """Or rules, of which the first that names the error holds."""
    recovery: tuple[Recovery, ...] = ()
    timeout: Spanned[float] | None = None
    total_timeout: Spanned[float] | None = None
    wall: Spanned[float] | None = None
    budget: Budget | None = None
    on_exceeded: Spanned[str] | None = None
    """``fail``, ``skip`` or ``cheaper``."""
    memory: Spanned[int] | None = None
    cpu: Spanned[float] | None = None
    breaker: Breaker | None = None
    hedge: Hedge | None = None
    throttle: Throttle | None = None
    escalation: Escalation | None = None
    notify: tuple[Spanned[str], ...] = ()
    may_degrade: Spanned[bool] | None = None
    error_tolerance: Spanned[ErrorTolerance] | None = None
    concurrency: Spanned[int] | None = None
    """Top level only."""
    on_step_failure: Spanned[OnStepFailure] | None = None
    """Top level only."""

    @property
    def rules(self) -> tuple[Retry, ...]:
        """The retry rules, in order; a map alone is one."""
        if self.retry is None:
            return ()
        return self.retry if isinstance(self.retry, tuple) else (self.retry,)


@dataclass(frozen=True, slots=True)
class Gate:
    """``gate: {check}`` and/or ``{score, at_least}``."""

    span: Span
    check: Expr | None = None
    score: Expr | None = None
    at_least: Spanned[float] | None = None
    on_fail: tuple[Spanned[Rung], ...] | None = None


@dataclass(frozen=True, slots=True)
class SucceedIf:
    """``succeed_if``: ``all``, ``any``, a count or a share."""

    span: Span
    kind: str
    """``all``, ``any``, ``count`` or ``percent``."""
    count: int | None = None
    percent: float | None = None
    """From 0 to 100."""
