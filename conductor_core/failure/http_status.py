"""What an HTTP status and its headers mean for a failed call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass, Retryable

_QUOTA = re.compile(
    r"insufficient[_ ]quota|exceeded your current quota|quota (?:is |was |has been )?exceeded"
    r"|billing|credit balance|out of credits",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"context[_ ]length[_ ]exceeded|maximum context length|context window|prompt is too long",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"content[_ ](?:filter|policy)|content management policy", re.IGNORECASE)
_EXPIRED = re.compile(r"expired", re.IGNORECASE)


def from_status(
    status: int, message: str, *, headers: Mapping[str, str] | None = None
) -> StandardError:
    """The error of an answer with this status (spec 4 and 6).

    A 429 with a usable hint is transient; quota wording, or a bare 429, is a resource constraint.

    Args:
        status: 400 or more.
        message: What is shown; its wording tells quotas, contexts and refusals apart.
        headers: Names in any case; ``Retry-After`` and ``Date`` are read.
    """
    hint = retry_after(headers or {})
    facts: dict[str, Any] = {"http_status": status}
    if hint is not None:
        facts["retry_after_s"] = hint
    match status:
        case 429 if _QUOTA.search(message):
            return StandardError.of("resource.quota", message, **facts)
        case 429 if hint is None:
            facts |= {"error_class": ErrorClass.RESOURCE, "retryable": Retryable.YES}
            return StandardError.of("http.429", message, **facts)
        case 401:
            code = "auth.expired" if _EXPIRED.search(message) else "auth.denied"
            return StandardError.of(code, message, **facts)
        case 400 | 413 | 422 if _CONTEXT.search(message):
            return StandardError.of("output.context", message, **facts)
        case 400 | 403 if _REFUSED.search(message):
            return StandardError.of("output.refused", message, **facts)
        case _ if 400 <= status < 600:
            return StandardError.of(f"http.{status}", message, **facts)
    return StandardError.of("player.crash", message, **facts)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The provider's hint, seconds; one that is not positive or not readable counts as absent.

    A date is measured against the answer's own ``Date``, so no clock is read here.

    >>> retry_after({"Retry-After": "2"}), retry_after({"retry-after": "-1"})
    (2.0, None)
    """
    found = {str(name).lower(): str(value).strip() for name, value in headers.items()}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = found.get(name, "")
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
            return float(text) * unit or None
    then, now = (_moment(found.get(name, "")) for name in ("retry-after", "date"))
    if then is None or now is None or then <= now:
        return None
    return then - now


def _moment(text: str) -> float | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
