"""What an HTTP status and its headers mean for a failed call."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass, FaultDomain, Retryable

QUOTA = re.compile(
    r"insufficient[_ ]quota|exceeded your current quota|quota (?:is |was |has been )?exceeded"
    r"|billing[_ ](?:hard[_ ]limit|not[_ ]active)|check your plan and billing"
    r"|credit balance|out of credits",
    re.IGNORECASE,
)
"""Wording of a 429, 400 or 403 by which a quota that is used up is told from other refusals."""
CONTEXT = re.compile(
    r"context[_ ]length[_ ]exceeded|maximum context length|context window|prompt is too long",
    re.IGNORECASE,
)
"""Wording of a 400, 413 or 422 whose prompt was too long."""
REFUSED = re.compile(r"content[_ ](?:filter|policy)|content management policy", re.IGNORECASE)
"""Wording of a 400 or 403 by which a provider refuses the content."""
EXPIRED = re.compile(r"expired", re.IGNORECASE)
"""Wording of a 401 whose credential can be renewed."""


PUSHBACK = "grpc-retry-pushback-ms"
"""The hint of a gRPC server, milliseconds."""


def from_status(
    status: int,
    message: str,
    *,
    headers: Mapping[str, str] | None = None,
    wording: str = "",
    hint_s: float | None = None,
) -> StandardError:
    """The error of an answer with this status (spec 4 and 6).

    A 429 with a usable hint is transient; quota wording, or a bare 429, is a resource constraint.
    ``X-Should-Retry``, where the provider sends it, overrules what the status says of retries.

    Args:
        status: 400 or more.
        message: What is shown; its wording tells quotas, contexts and refusals apart.
        headers: Names in any case; ``Retry-After``, ``Date`` and ``X-Should-Retry`` are read.
        wording: More text of the answer, looked at and not shown.
        hint_s: A hint that came by another way than a header, seconds.
    """
    hint = retry_after(headers or {}) or hint_s
    facts: dict[str, Any] = {"http_status": status}
    if hint is not None:
        facts["retry_after_s"] = hint
    code, said = _code(status, f"{message}\n{wording}"), should_retry(headers or {})
    if code == "http.429" and hint is None:
        facts |= {"error_class": ErrorClass.RESOURCE, "retryable": Retryable.YES}
    return overruled(StandardError.of(code, message, **facts), said)


def _code(status: int, wording: str) -> str:
    match status:
        case 429 | 400 | 403 if QUOTA.search(wording):
            return "resource.quota"
        case 401:
            return "auth.expired" if EXPIRED.search(wording) else "auth.denied"
        case 400 | 413 | 422 if CONTEXT.search(wording):
            return "output.context"
        case 400 | 403 if REFUSED.search(wording):
            return "output.refused"
        case _ if 400 <= status < 600:
            return f"http.{status}"
    return "player.crash"


def overruled(error: StandardError, said: object) -> StandardError:
    """The error with what somebody who must know says of trying again; None: nothing is said.

    What may be tried again although its class is permanent is trouble of the provider.

    >>> overruled(StandardError.of("http.400"), True).error_class.value
    'backend_failure'
    """
    if said is False:
        return error.replace(retryable=Retryable.NO)
    if said is not True or error.retryable in (Retryable.YES, Retryable.AFTER):
        return error
    if error.error_class is ErrorClass.PERMANENT:
        error = error.replace(error_class=ErrorClass.BACKEND, fault_domain=FaultDomain.PROVIDER)
    return error.replace(retryable=Retryable.YES)


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """What ``X-Should-Retry`` says; None: it is absent or says neither.

    A pushback of gRPC that is below zero or not readable says no (gRPC A6).
    """
    found = _lower(headers)
    pushback = found.get(PUSHBACK)
    if pushback is not None and not re.fullmatch(r"[0-9]{1,15}", pushback):
        return False
    return {"true": True, "false": False}.get(found["x-should-retry"].lower())


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The provider's hint, seconds; one that is not positive or not readable counts as absent.

    A date is measured against the answer's own ``Date``, so no clock is read here.

    >>> retry_after({"Retry-After": "2"}), retry_after({"retry-after": "-1"})
    (2.0, None)
    """
    found = _lower(headers)
    for name, unit in ((PUSHBACK, 0.001), ("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = found[name]
        if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", text) and float(text):
            return float(text) * unit
    then, now = (_moment(found[name]) for name in ("retry-after", "date"))
    if then is None or now is None or then <= now:
        return None
    return then - now


def _lower(headers: Mapping[str, str]) -> defaultdict[str, str]:
    """The headers by their names in small letters; one that is absent is empty."""
    named = {str(name).lower(): str(value).strip() for name, value in headers.items()}
    return defaultdict(str, named)


def _moment(text: str) -> float | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
