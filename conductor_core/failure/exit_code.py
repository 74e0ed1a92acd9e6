"""What the exit code of a process means."""

from __future__ import annotations

import signal

from conductor_core.failure.shown import masked, shown
from workflow_ir.outcome import StandardError

_CODES: dict[int, tuple[str, str]] = {
    2: ("input.invalid", "it was called wrongly"),
    124: ("timeout.attempt", "its own time limit passed"),
    126: ("config.missing", "it is not executable"),
    127: ("config.missing", "it was not found"),
    -signal.SIGKILL: ("resource.memory", "it was killed from outside, often for want of memory"),
    -signal.SIGXCPU: ("policy.cpu", "it used up its processor time"),
}


def from_exit_code(code: int, *, program: str = "the process", said: str = "") -> StandardError:
    """The error of a process that ended with ``code`` (research on failures, section 3).

    Args:
        code: Not 0. Negative: the signal that ended it; 129 to 159: the same as shells tell it.
        program: Its name, for the message.
        said: What it wrote to standard error; the last line of it enters the message.
    """
    number = 128 - code if 128 < code < 160 else code
    kind, meaning = _CODES.get(number, ("player.crash", ""))
    if number < 0 and not meaning:
        meaning = f"signal {_signal_name(-number)}"
    facts = [f"{program!r} ended with exit code {code}", meaning, _last_line(said)]
    return StandardError.of(
        kind,
        ": ".join(fact for fact in facts if fact),
        exit_code=code,
        detail={"stderr": masked(said[-2000:])} if said else {},
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _last_line(text: str) -> str:
    """The last line that says something."""
    return next((line for line in map(shown, reversed(text.splitlines())) if line), "")
