"""What an exception tells of itself, read so that none of its own methods can harm the reader.

An exception of a player is foreign: its ``__str__`` or a property may raise, answer with megabytes
or with an object of another type. Nothing here reads from a network: of a response only what has
been received already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conductor_core.failure.http_status import retry_after

READ = 20_000
"""Characters of a text that are looked at."""

HIGHEST = 2**31
"""Numbers beyond it are no exit code and no count."""


def said_by(error: object, name: str) -> Any:
    """An attribute; None where it is absent or cannot be read."""
    try:
        return getattr(error, name)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a foreign property may raise anything, even a cancellation
        return None


def text_of(error: BaseException) -> str:
    """The first ``READ`` characters of its message."""
    try:
        text = str(error)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - likewise `__str__`
        return "its message cannot be shown"
    return str.__getitem__(text, slice(READ))


def status_of(error: BaseException, *, named: bool) -> int | None:
    """The HTTP status on the exception or on its response.

    Args:
        error: The exception.
        named: It is known to tell of an answer; then ``code`` and ``status`` are believed too.
    """
    places: list[tuple[object, str]] = [
        (error, "status_code"),
        (said_by(error, "response"), "status_code"),
    ]
    if named:
        places += [(error, "status"), (error, "code")]
    for place, name in places:
        status = said_by(place, name)
        if isinstance(status, int) and not isinstance(status, bool) and 400 <= status < 600:
            return int(status)
    return None


def headers_of(error: BaseException) -> Mapping[str, str]:
    """The headers of the answer, as far as they can be read."""
    for place, name in (
        (said_by(error, "response"), "headers"),
        (error, "litellm_response_headers"),
        (error, "headers"),
    ):
        found = said_by(place, name)
        if found is None:
            continue
        try:
            return {str(key): str(value) for key, value in found.items()}
        except Exception:  # noqa: BLE001, S112 - likewise
            continue
    return {}


def hint_of(error: BaseException) -> float | None:
    """Seconds after which it may help to try again: of the headers, or ``retry_after``."""
    hint = retry_after(headers_of(error))
    if hint is not None:
        return hint
    told = said_by(error, "retry_after")
    if isinstance(told, timedelta):
        told = told.total_seconds()
    if isinstance(told, int | float) and not isinstance(told, bool) and 0 < told < 1e15:
        return float(told)
    return None


def wording_of(error: BaseException) -> str:
    """More text by which quotas, contexts and refusals are told apart; not to be shown."""
    received = said_by(said_by(error, "response"), "_content")  # `text` would read
    body = received[:READ].decode(errors="replace") if isinstance(received, bytes) else ""
    named = [said_by(error, name) for name in ("code", "type")]
    return "\n".join([text_of(error), *(text for text in named if isinstance(text, str)), body])


def count_of(error: BaseException) -> int | None:
    """Attempts that the client has made by itself, the first included, where it tells."""
    for name, first in (("n_attempts", 0), ("num_retries", 1)):
        told = said_by(error, name)
        if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < HIGHEST:
            return max(1, told + first)
    return None
