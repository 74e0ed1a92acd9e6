"""Retry tokens of one target: when most calls fail, nobody retries (gRPC's retry throttling, A6).

A first attempt is never held back; only retries need tokens, so a storm of them ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workflow_ir.outcome import StandardError
from workflow_ir.policy import Throttle
from workflow_ir.taxonomy import ErrorClass, FaultDomain, Retryable

_DIGITS = 6
"""Ten times a tenth of a token is one token."""

_GRAIN = 1e-3
"""gRPC counts in thousandths: more than half of the tokens is half and a thousandth."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many are left at one moment.

    >>> tokens = Tokens.of(Throttle(tokens=4, ratio=0.5)).failed()
    >>> tokens.allows_retry, tokens.failed().allows_retry, tokens.failed().succeeded().allows_retry
    (True, False, True)
    """

    most: float
    refund: float
    """What a success gives back."""
    least: float
    """What a retry needs after its failure was paid for."""
    left: float
    owed: float = 0.0
    """Of the last failure: what could not be paid, as there were no tokens left for it."""

    @classmethod
    def of(cls, policy: Throttle) -> Tokens:
        """All tokens; a retry needs more than half of them."""
        return cls(policy.tokens, policy.ratio, policy.tokens / 2 + _GRAIN, policy.tokens)

    @property
    def allows_retry(self) -> bool:
        """Whether what failed last may be tried again."""
        return round(self.left - self.owed, _DIGITS) >= round(self.least, _DIGITS)

    def failed(self, cost: float = 1.0) -> Tokens:
        """A call failed in a way that could be retried (``counts``)."""
        left = round(self.left - cost, _DIGITS)
        return replace(self, left=max(0.0, left), owed=max(0.0, -left))

    def succeeded(self) -> Tokens:
        """A call came back well."""
        left = min(self.most, round(self.left + self.refund, _DIGITS))
        return replace(self, left=left, owed=0.0)


def counts(error: StandardError) -> bool:
    """Whether a failure takes a token: one that may be retried, of a call that was really made.

    What policy or this host stopped, and what was cancelled or refused before it was sent, takes
    none (A6: neither a failure that cannot be retried nor a request that never left). An
    orchestration error is no trouble of the target.
    """
    if error.code == "breaker.open" or error.fault_domain in {FaultDomain.POLICY, FaultDomain.HOST}:
        return False
    if error.error_class in {ErrorClass.CANCELLED, ErrorClass.ORCHESTRATION}:
        return False
    return error.retryable in {Retryable.YES, Retryable.AFTER}
