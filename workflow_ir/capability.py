"""What a backend can do, as one table: refusal, documentation and xfails come from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Feature(StrEnum):
    """One construct of the language that a backend may or may not carry out."""

    STEP = "step"
    SET = "set"
    WHEN = "when"
    NEEDS = "needs"
    BRANCH = "branch"
    FOR_EACH = "for_each"
    FOR_EACH_NESTED = "for_each over a scope"
    THRESHOLD = "succeed_if"
    RETRY = "retry"
    TIMEOUT = "timeout"
    FALLBACK = "fallback"
    GATE = "gate"
    SKIP = "on_failure: skip"
    CANCEL = "cancellation of siblings"
    START_EAGER = "start: eager"
    START_GRAPH = "start: graph"


class Support(StrEnum):
    """How well."""

    FULL = "full"
    """By the framework's own means."""
    EMULATED = "emulated"
    """By the conductor, since the framework has no means."""
    NOTIMPL = "notimpl"
    """It could be done here and has not been."""
    NOTYET = "notyet"
    """The framework must change first."""
    NEVER = "never"
    """It makes no sense on this backend."""

    @property
    def runs(self) -> bool:
        """A Melody that uses it may run on this backend."""
        return self in (Support.FULL, Support.EMULATED)


@dataclass(frozen=True, slots=True)
class Capability:
    """Support of one feature by one backend."""

    support: Support
    how: str = ""
    """By which construct of the framework, or the reason of a gap."""
    link: str = ""
    """Upstream issue, where the framework is at fault."""
