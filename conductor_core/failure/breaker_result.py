"""What the outcome of a call says of the provider that was called (spec 4, Breaker)."""

from __future__ import annotations

from enum import StrEnum

from workflow_ir.outcome import StandardError, Success
from workflow_ir.taxonomy import ErrorClass, FaultDomain


class Result(StrEnum):
    """What a breaker counts."""

    SUCCESS = "success"
    FAILURE = "failure"
    IGNORED = "ignored"
    """The call says nothing of its provider; its permit is given back."""


_CLASSES = {
    ErrorClass.TRANSIENT: Result.FAILURE,
    ErrorClass.BACKEND: Result.FAILURE,
    ErrorClass.AUTHENTICATION: Result.FAILURE,
    ErrorClass.RESOURCE: Result.FAILURE,
    ErrorClass.ORCHESTRATION: Result.SUCCESS,
    ErrorClass.CANCELLED: Result.IGNORED,
}

_UNSAID = frozenset({"breaker.open", "auth.expired"})
"""The provider was not asked; a renewed credential is all it wants."""

_UNSENT = ("config.", "expression.")
"""Such errors come before anything is sent."""


def breaker_result(answer: Success | StandardError, *, of_model: bool = True) -> Result:
    """What an attempt counts for.

    Trouble on the way, of the provider, of its credential and of its quota is a failure: breakers
    are kept by credential. An orchestration error is a success: the provider has answered, only
    not as wished (spec 4: such errors never trip it). What was cancelled, stopped by policy, lost
    on this host or never sent says nothing. Of permanent errors, those of the model and of its
    credential are failures (no such model, forbidden), and so is a player that breaks; those of
    the request are successes.

    Args:
        answer: What the attempt came to.
        of_model: The target is a model. A page that is not there is an http target's good answer.
    """
    if isinstance(answer, Success):
        return Result.SUCCESS
    silent = answer.fault_domain in {FaultDomain.POLICY, FaultDomain.HOST}
    if silent or answer.code in _UNSAID or answer.code.startswith(_UNSENT):
        return Result.IGNORED
    if answer.error_class is not ErrorClass.PERMANENT:
        return _CLASSES[answer.error_class]
    of_target = answer.fault_domain in {FaultDomain.TARGET, FaultDomain.CREDENTIAL}
    answered = answer.code.startswith("http.") and not of_model
    return Result.FAILURE if of_target and not answered else Result.SUCCESS
