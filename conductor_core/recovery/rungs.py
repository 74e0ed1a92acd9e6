"""Which file carries out which rung."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Way
from conductor_core.recovery.escalate import escalate
from conductor_core.recovery.fail import fail
from conductor_core.recovery.fallback import fallback
from conductor_core.recovery.reconstruct import reconstruct
from conductor_core.recovery.reroute import reroute
from conductor_core.recovery.retry import retry
from conductor_core.recovery.skip import skip
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Rung

RUNGS: Mapping[Rung, Callable[[Going, StandardError, Decision], Awaitable[Way]]] = MappingProxyType(
    {
        Rung.RETRY: retry,
        Rung.FALLBACK: fallback,
        Rung.RECONSTRUCT: reconstruct,
        Rung.REROUTE: reroute,
        Rung.SKIP: skip,
        Rung.ESCALATE: escalate,
        Rung.FAIL: fail,
    }
)
"""The handler of each rung; a test holds that every rung has one."""
