"""The classifier: any exception in, one ``StandardError`` out (spec 4, StandardError).

In this order: what the exception says of itself, its HTTP status, its qualified names from the
most derived class on, its errno. What nothing is known of is ``player.crash``, retryable unknown.
"""

from __future__ import annotations

import builtins
import errno
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conductor_core.failure.exceptions import CODES_BY_NAME, CONTROL_FLOW
from conductor_core.failure.http_status import from_status, retry_after
from conductor_core.failure.shown import shown
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import ErrorClass, Retryable

_DEEPEST_CHAIN = 8

_BY_ERRNO: Mapping[int, str] = {
    errno.ENOSPC: "resource.disk",
    errno.EDQUOT: "resource.disk",
    errno.EMFILE: "resource.disk",
    errno.ENFILE: "resource.disk",
    errno.ENOMEM: "resource.memory",
    errno.EAGAIN: "resource.memory",
    errno.ECONNREFUSED: "transport.connect",
    errno.EHOSTUNREACH: "transport.connect",
    errno.ENETUNREACH: "transport.connect",
    errno.ECONNRESET: "transport.read",
    errno.ECONNABORTED: "transport.read",
    errno.EPIPE: "transport.read",
    errno.ETIMEDOUT: "transport.connect",
    errno.ENOENT: "config.missing",
    errno.EACCES: "config.missing",
    errno.EPERM: "config.missing",
    errno.EISDIR: "config.missing",
    errno.ENOTDIR: "config.missing",
    errno.EROFS: "config.missing",
}


def is_control_flow(error: BaseException) -> bool:
    """Whether it steers a framework and must be raised again instead of being classified."""
    return any(name in CONTROL_FLOW for name in _names(type(error)))


def classify(error: BaseException) -> StandardError:
    """The failure that an exception stands for."""
    error = _first_leaf(error)
    message = _message(type(error).__name__, str(error))
    found = _by_itself(error) or _by_status(error, message) or _by_name(error, message)
    if found is None and isinstance(error, OSError):
        code = _BY_ERRNO.get(error.errno or 0)
        found = None if code is None else StandardError.of(code, message)
    if found is None:
        found = _unknown(message, getattr(error, "is_retryable", None))
    hint = retry_after(_headers(error)) or _positive(getattr(error, "retry_after", None))
    if hint is not None and found.retry_after_s is None:
        found = found.replace(retry_after_s=hint)
    return found.replace(cause_type=_name(type(error)), cause_chain=tuple(_chain(error)))


def from_exception_name(name: str, text: str) -> StandardError:
    """The failure of an exception known by ``module.Class`` only; nothing is imported.

    Of Python's own exceptions the bases are known too.
    """
    simple = name.removeprefix("builtins.")
    known = getattr(builtins, simple, None)
    if isinstance(known, type) and issubclass(known, BaseException):
        names = list(_names(known))
    else:
        names = [name]
    message = _message(name.rpartition(".")[2], text)
    code = _code_of(names)
    found = _unknown(message, None) if code is None else _of_code(code, message, {})
    return found.replace(cause_type=names[0])


def _by_itself(error: BaseException) -> StandardError | None:
    told = getattr(error, "standard_error", None)
    return told if isinstance(told, StandardError) else None


def _by_status(error: BaseException, message: str) -> StandardError | None:
    """By an HTTP status on the exception or on its response.

    A name that says more than a status wins: litellm's context and policy errors carry a bare 400.
    """
    response = getattr(error, "response", None)  # `is not None`: a requests response may be false
    status = getattr(error, "status_code", None)
    if status is None and response is not None:
        status = getattr(response, "status_code", None)
    if not isinstance(status, int) or isinstance(status, bool) or status < 400:
        return None
    named = _code_of(_names(type(error)))
    if named is not None and not named.startswith("http."):
        return None
    return from_status(status, message, headers=_headers(error))


def _by_name(error: BaseException, message: str) -> StandardError | None:
    code = _code_of(_names(type(error)))
    return None if code is None else _of_code(code, message, _headers(error))


def _code_of(names: Iterable[str]) -> str | None:
    return next((CODES_BY_NAME[name] for name in names if name in CODES_BY_NAME), None)


def _of_code(code: str, message: str, headers: Mapping[str, str]) -> StandardError:
    if code.startswith("http."):
        return from_status(int(code[5:]), message, headers=headers)
    return StandardError.of(code, message)


def _unknown(message: str, is_retryable: object) -> StandardError:
    if is_retryable is True:
        return StandardError.of(
            "player.crash", message, error_class=ErrorClass.BACKEND, retryable=Retryable.YES
        )
    said = Retryable.NO if is_retryable is False else Retryable.UNKNOWN
    return StandardError.of("player.crash", message, retryable=said)


def _first_leaf(error: BaseException) -> BaseException:
    """The first exception of a group: groups tell of several failures, a step has one."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _names(kind: type) -> Iterator[str]:
    return (_name(base) for base in kind.__mro__)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _message(kind: str, text: str) -> str:
    return shown(f"{kind}: {text}" if text.strip() else kind)


def _chain(error: BaseException) -> Iterator[str]:
    seen = {id(error)}
    for _ in range(_DEEPEST_CHAIN):
        following = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if following is None or id(following) in seen:
            return
        seen.add(id(following))
        error = following
        yield _name(type(error))


def _headers(error: BaseException) -> Mapping[str, str]:
    response = getattr(error, "response", None)
    headers: Any = None if response is None else getattr(response, "headers", None)
    return headers if isinstance(headers, Mapping) else {}


def _positive(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9:
        return float(value)
    return None
