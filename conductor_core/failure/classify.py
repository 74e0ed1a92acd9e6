"""The classifier: any exception in, one ``StandardError`` out (spec 4, StandardError).

In this order: what the exception says of itself; its qualified names, from the most derived class
on; its HTTP status; its errno or exit code. What nothing is known of is ``player.crash``, retryable
unknown. A name that says no more than "a status answered" leaves the code to the status. Nothing
is imported, and no method of the exception can make it fail.
"""

from __future__ import annotations

import builtins
import errno
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal

from conductor_core.failure.exceptions import (
    CODES_BY_NAME,
    CODES_BY_WORDING,
    CONTROL_FLOW,
    UMBRELLAS,
)
from conductor_core.failure.exit_code import from_exit_code
from conductor_core.failure.http_status import from_status, overruled
from conductor_core.failure.shown import shown
from conductor_core.failure.told import (
    HIGHEST,
    READ,
    count_of,
    headers_of,
    hint_of,
    said_by,
    status_of,
    text_of,
    wording_of,
)
from workflow_ir.outcome import StandardError
from workflow_ir.taxonomy import Retryable

_DEEPEST_CHAIN = 8
_LONGEST_NAME = 200

CODES_BY_ERRNO: Mapping[int, str] = MappingProxyType(
    {
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
)
"""``OSError.errno`` → error code."""


def is_control_flow(error: BaseException) -> bool:
    """Whether it steers a framework and must be raised again instead of being classified."""
    return any(name in CONTROL_FLOW for leaf in _leaves(error) for name in _names(type(leaf)))


def classify(
    error: BaseException, *, reading: Literal["output", "input"] = "output"
) -> StandardError:
    """The failure that an exception stands for.

    Args:
        error: Of a group, the first that is no cancellation counts.
        reading: What was read when it was raised: text that cannot be read as JSON or does not
            meet its model is ``output.format``, of a player's input ``input.invalid``.
    """
    error = _first_leaf(error)
    told = said_by(error, "standard_error")
    if isinstance(told, StandardError):
        found = told
    else:
        found = _found(error, shown(_message(type(error).__name__, text_of(error))))
        found = overruled(found, said_by(error, "is_retryable"))
    if reading == "input" and found.code in ("output.format", "output.schema"):
        found = StandardError.of("input.invalid", found.message)
    facts: dict[str, Any] = {}
    if found.retry_after_s is None:
        facts["retry_after_s"] = hint_of(error)
    if found.attempts is None:
        facts["attempts"] = count_of(error)
    return found.replace(
        cause_type=_name(type(error)), cause_chain=tuple(map(_name, _chain(error))), **facts
    )


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
    message = shown(_message(name.rpartition(".")[2], text))
    code = _code_of(names)
    if code is None:
        found = _unknown(message)
    elif code.startswith("http."):
        found = from_status(int(code[5:]), message).replace(http_status=None)
    else:
        found = _of_code(code, message)
    return found.replace(cause_type=names[0])


def _found(error: BaseException, message: str) -> StandardError:
    named = _by_wording(error) or _code_of(_names(type(error)))
    if named is not None and not named.startswith("http."):
        return _of_code(_which_end(named, error), message)
    status = status_of(error, named=named is not None)
    if status is not None or named is not None:
        answered = from_status(
            status or int((named or "")[5:]),
            message,
            headers=headers_of(error),
            wording=wording_of(error),
            hint_s=hint_of(error),
        )
        return answered if status is not None else answered.replace(http_status=None)
    return _by_number(error, message) or _unknown(message)


def _by_wording(error: BaseException) -> str | None:
    name, text = _name(type(error)), text_of(error)
    return next(
        (code for kind, start, code in CODES_BY_WORDING if name == kind and re.match(start, text)),
        None,
    )


def _by_number(error: BaseException, message: str) -> StandardError | None:
    """By its errno, or by the exit code of the process that it tells of."""
    if isinstance(error, OSError):
        code = CODES_BY_ERRNO.get(error.errno or 0)
        return None if code is None else StandardError.of(code, message)
    exit_code = said_by(error, "returncode")
    if isinstance(exit_code, bool) or not isinstance(exit_code, int) or exit_code == 0:
        return None
    if not -HIGHEST < exit_code < HIGHEST:
        return None
    command, said = said_by(error, "cmd"), said_by(error, "stderr")
    if isinstance(command, list | tuple):
        command = command[0] if command else ""
    if isinstance(said, bytes):
        said = said.decode(errors="replace")
    words = command[:READ].split() if isinstance(command, str) else []
    program = shown(words[0]) if words else ""
    return from_exit_code(
        exit_code, program=program or "the process", said=said if isinstance(said, str) else ""
    )


def _which_end(code: str, error: BaseException) -> str:
    """The code of an umbrella exception: what it came from tells whether anything was sent."""
    if not _is_umbrella(type(error)):
        return code
    causes = (_code_of(_names(kind)) for kind in _chain(error) if not _is_umbrella(kind))
    return next((cause for cause in causes if cause and cause.startswith("transport.")), code)


def _is_umbrella(kind: type) -> bool:
    return any(name in UMBRELLAS for name in _names(kind))


def _code_of(names: Iterable[str]) -> str | None:
    """The code of the first name that has one.

    Where that is a status, a name further on that tells of the output says more: integrations
    derive "the context was too long" from their provider's "bad request".
    """
    codes = [CODES_BY_NAME[name] for name in names if name in CODES_BY_NAME]
    if codes and codes[0].startswith("http."):
        return next((code for code in codes if code.startswith("output.")), codes[0])
    return codes[0] if codes else None


def _of_code(code: str, message: str) -> StandardError:
    error = StandardError.of(code, message)
    if code == "resource.memory":  # the process of this player has no more of it the next time
        return error.replace(retryable=Retryable.NO)
    return error


def _unknown(message: str) -> StandardError:
    return StandardError.of("player.crash", message, retryable=Retryable.UNKNOWN)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The exceptions of a group and of the groups in it; of another exception itself."""
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseExceptionGroup):
            waiting += reversed(one.exceptions)
        else:
            yield one


def _first_leaf(error: BaseException) -> BaseException:
    """Groups tell of several failures, a step has one; cancelled siblings are a consequence."""
    cancelled: BaseException | None = None
    for leaf in _leaves(error):
        if _code_of(_names(type(leaf))) != "player.cancelled_self":
            return leaf
        cancelled = cancelled or leaf
    return cancelled or error


def _names(kind: type) -> Iterator[str]:
    return (_name(base) for base in kind.__mro__)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"[:_LONGEST_NAME]


def _message(kind: str, text: str) -> str:
    return f"{kind}: {text}" if text.strip() else kind


def _chain(error: BaseException) -> Iterator[type]:
    """The types of what an exception came from, the nearest first."""
    seen = {id(error)}
    for _ in range(_DEEPEST_CHAIN):
        following = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if following is None or id(following) in seen:
            return
        seen.add(id(following))
        error = following
        yield type(error)
