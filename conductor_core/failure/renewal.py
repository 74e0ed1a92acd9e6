"""Renewing a credential: how often it may help (spec 4, StandardError and Recovery ladder)."""

from __future__ import annotations

from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass

RENEWALS = 2
"""How often the credential of one player is renewed at one step (seed 004)."""

FORBIDDEN = "http.403"
"""Authentication for one renewal, then permanent."""


def renewals(error: StandardError) -> int:
    """How many renewals this failure is worth in all; 0: the credential is not at fault.

    >>> [renewals(StandardError.of(code)) for code in ("auth.expired", "http.403", "http.402")]
    [2, 1, 0]
    """
    if error.code == FORBIDDEN:
        return 1
    return RENEWALS if error.error_class is ErrorClass.AUTHENTICATION else 0


def handled_as(error: StandardError, *, renewable: bool) -> ErrorClass:
    """The class whose ladder holds: a 403 is one of authentication while that may help."""
    if error.code == FORBIDDEN and renewable:
        return ErrorClass.AUTHENTICATION
    return error.error_class
