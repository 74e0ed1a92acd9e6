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
    GROUP = "steps"
    PARALLEL = "parallel"
    REPEAT = "repeat"
    CALL = "call"
    APPROVAL = "approval"
    WAIT = "wait"
    WAIT_EVENT = "wait for an event"
    FAIL = "fail"
    REQUIRE = "require"
    WINDOW = "window"
    CAPABILITY = "play by capability"
    FOR_EACH = "for_each"
    FOR_EACH_NESTED = "for_each over a scope"
    THRESHOLD = "succeed_if"
    BARRIER = "barrier_timeout"
    RETRY = "retry"
    TIMEOUT = "timeout"
    FALLBACK = "fallback"
    GATE = "gate"
    SKIP = "on_failure: skip"
    GUARDED_SCOPE = "a guard round a scope"
    """``gate``, ``policy.timeout`` or ``on_failure`` at a step that holds steps."""
    IDEMPOTENCY_KEY = "idempotency_key"
    SECRETS = "secrets"
    CANCEL = "cancellation of siblings"
    START_EAGER = "start: eager"
    START_GRAPH = "start: graph"

    RECONSTRUCT = "reconstruct"
    REROUTE = "on_failure: reroute"
    ESCALATE = "on_failure: escalate"
    COMPENSATE = "compensate"
    VARY = "retry.vary"
    BUDGET = "budget"
    PROCESS_LIMITS = "memory and cpu limits"
    BREAKER = "breaker"
    HEDGE = "hedge"
    ISOLATION = "isolation"
    PLAYER_LIMITS = "limits of a player"
    GRANT = "grant"
    PLAYER_REQUIRES = "requires"
    PRELOAD = "preload"
    HTTP = "http players"
    AGENT = "agent players"
    MCP = "mcp players"
    CALL_PLAYER = "call players"
    PLUGIN = "plugin players"
    FRAMEWORK = "framework players"
    MODEL_PROVIDER = "models of providers"
    MANAGER = "process: manager"
    """``process: {manager: NAME}``: a player decides who performs each step."""


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
