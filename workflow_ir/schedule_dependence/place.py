"""A place of a Melody whose outcome may depend on the order or time in which steps start."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What makes the difference. The value is a key for readers of JSON."""

    FIRST_FAILURE = "first_failure"
    """The first failure cancels what goes on beside it."""
    FIRST_ERROR = "first_error"
    """Of several failures the first one is the error of the run, of a map or of a scope."""
    WINNERS = "winners"
    """``any`` or ``N``: those that succeed first cancel the others."""
    DEADLINE = "deadline"
    """A time limit stands round steps that go on beside one another."""
    BUDGET = "budget"
    """Steps that go on beside one another spend the same money, tokens or attempts."""
    SAFEGUARD = "safeguard"
    """A breaker, or the retry tokens of one target, count what several steps do."""
    LIMIT = "limit"
    """Hedged attempts wait for places that others have."""
    BALANCE = "balance"
    """Players are chosen by whose turn it is, or by who has least to do."""
    PAUSE = "pause"
    """The run may pause here: what is done by then depends on what had begun."""
    READING = "reading"
    """``require`` reads the machine when the step starts."""
    NOW = "now"
    """``now()`` is the time at which the step starts."""
    RECONSTRUCT = "reconstruct"
    """Steps that go on beside one another are made from one another."""
    UNDOING = "undoing"
    """What ended last is undone first."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place, told once."""

    reason: Reason
    address: str
    """Of the step that is to blame, or that stands round those that are; empty: the whole Melody.
    Steps of a sub-melody follow the step that calls it: ``docs/intro``."""
    among: tuple[str, ...]
    """Addresses of the steps that are concerned, in the order of the file; at least one."""
