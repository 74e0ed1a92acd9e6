"""Exit codes (spec 5, and spec 8 where it is finer)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # `melody --help` knows the codes without importing another room.
    from workflow_ir.diagnostics import Diagnostic
    from workflow_ir.result import RunResult


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    """Errors found, or the run failed."""
    USAGE = 2
    """Wrong usage or configuration, inputs included."""
    GAPS = 3
    """Done, with gaps or tolerated failures."""
    PAUSED = 4
    """Waiting for a person or an event."""
    REFUSED = 5
    """By policy, budget or allow-list."""
    UNSUPPORTED = 6
    """The backend cannot express the Melody."""
    BUG = 70
    INTERRUPTED = 130


_REFUSALS = frozenset({"policy.budget", "policy.deadline", "policy.not_allowed"})
"""Final errors of a run that are refusals of the project, not failures of the work."""


def exit_of_errors(errors: Sequence[Diagnostic]) -> Exit:
    """Of a run that cannot start: by the families of its errors (spec 8, Diagnostics)."""
    # A malformed `allow` entry refuses nothing; it is a mistake in the configuration.
    families = {"" if problem.code == "MEL405" else problem.code[3] for problem in errors}
    if families == {"4"}:
        return Exit.REFUSED
    if families == {"3"}:
        return Exit.UNSUPPORTED
    return Exit.USAGE


def exit_of_run(result: RunResult, *, gaps_ok: bool) -> Exit:
    """Of a run that has ended."""
    match result.status.value:
        case "succeeded" | "recovered":
            return Exit.OK
        case "degraded":
            return Exit.OK if gaps_ok else Exit.GAPS
        case "paused":
            return Exit.PAUSED
        case "cancelled":
            return Exit.INTERRUPTED
    refused = result.error is not None and result.error.code in _REFUSALS
    return Exit.REFUSED if refused else Exit.FAILED
