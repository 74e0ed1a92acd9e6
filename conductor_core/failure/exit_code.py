"""What the exit code of a process means."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from types import MappingProxyType

from conductor_core.failure.exceptions import CODES_BY_NAME
from conductor_core.failure.shown import masked, shown
from workflow_ir.outcome import StandardError

CODES_BY_EXIT: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        2: ("input.invalid", "it was called wrongly"),
        124: ("timeout.attempt", "its own time limit passed"),
        126: ("config.missing", "it is not executable"),
        127: ("config.missing", "it was not found"),
        -signal.SIGKILL: (
            "resource.memory",
            "it was killed from outside, often for want of memory",
        ),
        -signal.SIGXCPU: ("policy.cpu", "it used up its processor time"),
    }
)
"""Exit code → error code and its meaning; negative: the signal. The others are a crash."""

_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"[A-Za-z_][\w.]{0,199}(?=:|$)")
_KEPT = 2000
"""Characters of standard error that are kept."""


def from_exit_code(
    code: int, *, program: str = "the process", said: str = "", stopped_for: str | None = None
) -> StandardError:
    """The error of a process that ended with ``code`` (research on failures, section 3).

    Args:
        code: Not 0. Negative: the signal that ended it; 129 to 159: the same as shells tell it.
        program: Its name, for the message.
        said: What it wrote to standard error; the last line of it enters the message. Where that
            is the end of a Python traceback, the exception's name tells the error.
        stopped_for: Code of the bound for which the conductor itself stopped it:
            ``policy.wall_time``. None: whatever ended it came from outside.
    """
    number = 128 - code if 128 < code < 160 else code
    last = _last_line(said)
    kind, meaning = CODES_BY_EXIT.get(number, (_raised(said, last) or "player.crash", ""))
    if stopped_for is not None:
        kind, meaning = stopped_for, "it was stopped at a limit of policy"
    elif number < 0 and not meaning:
        meaning = f"signal {_signal_name(-number)}"
    facts = [f"{program!r} ended with exit code {code}", meaning, last]
    return StandardError.of(
        kind,
        ": ".join(fact for fact in facts if fact),
        exit_code=code,
        detail={"stderr": masked(said[-2 * _KEPT :])[-_KEPT:]} if said else {},
    )


def _raised(said: str, last: str) -> str | None:
    """The code of the exception that a traceback ends with."""
    found = _RAISED.match(last) if _TRACEBACK in said else None
    if found is None:
        return None
    code = CODES_BY_NAME.get(found[0]) or CODES_BY_NAME.get(f"builtins.{found[0]}")
    return None if code is None or code.startswith("http.") else code


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _last_line(text: str) -> str:
    """The last line that says something."""
    return next((line for line in map(shown, reversed(text.splitlines())) if line), "")
