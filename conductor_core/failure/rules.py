"""Retry rules: the first that names an error holds, and each counts by itself (as in ASL)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workflow_ir.outcome import StandardError
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance, Retry
from workflow_ir.taxonomy import ErrorClass, FaultDomain, Retryable, facts

_HOPELESS = frozenset({FaultDomain.INPUT, FaultDomain.CREDENTIAL, FaultDomain.POLICY})

CLASS_ATTEMPTS: Mapping[ErrorClass, int] = MappingProxyType({ErrorClass.TRANSIENT: 5})
"""Attempts that a class allows at most where nobody wrote a number (seed 004); importance alone
may give fewer."""


def matching(rules: Sequence[Retry], error: StandardError) -> int | None:
    """The place of the rule that holds for an error; None: no rule names it.

    A rule without ``on`` holds for every error; one with ``on`` for the classes and codes named.
    """
    return next((k for k, rule in enumerate(rules) if not rule.on or names(rule, error)), None)


def names(rule: Retry, error: StandardError) -> bool:
    """A rule names the code or the class of an error."""
    return error.code in rule.on or error.error_class.value in rule.on


def insists(rule: Retry, error: StandardError) -> bool:
    """A rule names a code that is not retried by itself, and trying again might help all the same.

    It cannot where the input, the credential, the project or the run is at fault, nor where whoever
    reported the failure has said no although its code says yes.
    """
    row = facts(error.code)
    of_its_code = row is not None and row.retryable is Retryable.NO
    return error.code in rule.on and of_its_code and error.fault_domain not in _HOPELESS


def allowed_attempts(rules: Sequence[Retry], error: StandardError, importance: Importance) -> int:
    """Attempts of one player, the first included: the rule's number, else by importance."""
    place = matching(rules, error)
    written = None if place is None else rules[place].max_attempts
    if written is not None:
        return written
    usual = DEFAULT_ATTEMPTS[importance]
    return min(usual, CLASS_ATTEMPTS.get(error.error_class, usual))
