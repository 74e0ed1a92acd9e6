"""What to do about the error that ended a run, in the imperative."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ir.outcome import StandardError

_BY_CODE = {
    "timeout.attempt": "raise `policy.timeout` of the step, or find out why its player hangs",
    "policy.wall_time": "raise the limit in melody.project.yaml, or split the step",
    "policy.not_allowed": "add the line to melody.project.yaml, or pass `--allow`",
    "output.schema": "make the player return the declared `output`, or correct the declaration",
    "output.format": "make the player return JSON, or give the command player another `parse`",
    "gate.failed": "look at the output in the journal; add `fallback` to the player or a retry",
    "policy.budget": "raise `policy.budget` where it is set, or let a cheaper player perform",
    "policy.deadline": "raise `policy.budget.wall` where it is set",
    "approval.rejected": "`on_reject: continue` lets a run go on after a rejection",
    "approval.expired": "raise `expires`, or let `on_timeout` decide",
    "loop.exhausted": "raise the loop's `max`, or let `on_max: accept` take the last result",
    "config.missing": "install or correct what is missing, then run again",
    "config.model": "set the key that is named, or run with `--offline`",
    "player.bug": "correct the player; the journal has the exception",
    "parallel.threshold": "see which parts failed; `succeed_if` tolerates some failures",
    "expression.missing": "guard the read with `default(x, y)` or `has(x)`",
}
_BY_FAMILY = {
    "transport": "try again later, add `retry` to the step's policy, or a `fallback` to the player",
    "http": "try again later, add `retry` to the step's policy, or a `fallback` to the player",
    "auth": "renew the credential",
    "resource": "free what is used up, then run again",
    "expression": "correct the expression; `melody check` shows its type",
    "player": "correct the player; the journal has what it wrote",
}


def next_steps(error: StandardError, path: str | None) -> Iterator[str]:
    """At most two sentences."""
    told = _BY_CODE.get(error.code) or _BY_FAMILY.get(error.code.partition(".")[0])
    if told is not None:
        yield told
    if path is not None:
        yield f"`melody explain {error.code}` tells more of this error"
