"""``events``: one beginning, one end, what began has ended, nothing comes later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from melody.testing.conformance.finding import Check, Finding
from workflow_ir.events import Event, EventKind


def event_findings(events: Sequence[Event], status: str) -> Iterator[Finding]:
    """What is wrong with the events of one run that came to its end.

    Args:
        events: As the journal got them.
        status: With which the run ended.
    """
    kinds = [event.kind for event in events]
    for kind, place in ((EventKind.RUN_STARTED, 0), (EventKind.RUN_FINISHED, -1)):
        if kinds.count(kind) != 1:
            yield Finding(Check.EVENTS, f"{kind} was told {kinds.count(kind)} times, not once")
        elif kinds[place] is not kind:
            yield Finding(Check.EVENTS, f"{kind} is not the {'last' if place else 'first'} event")
    numbers = [event.seq for event in events]
    if numbers != list(range(1, len(events) + 1)):
        yield Finding(Check.EVENTS, "the events are not numbered from 1 without a hole")
    told = [event.facts.get("status") for event in events if event.kind is EventKind.RUN_FINISHED]
    if told and told[-1] != status:
        yield Finding(Check.EVENTS, f"the last event says {told[-1]!r}, the run {status!r}")
    begun = Counter(event.path for event in events if event.kind is EventKind.STEP_STARTED)
    tries = (EventKind.ATTEMPT_STARTED, EventKind.HEDGED)
    attempts = Counter(event.path for event in events if event.kind in tries)
    for path, times in begun.items():
        if times > _runs_of(path, attempts):
            yield Finding(Check.EVENTS, f"{path!r} began {times} times")


def _runs_of(path: str, attempts: Counter[str]) -> int:
    """How often a step may begin: a player's sub-melody is run anew for each of its attempts."""
    around = path.rpartition("/")[0]
    while around:
        if attempts[around]:
            return attempts[around]
        around = max(around.rpartition("/")[0], around.rpartition("~")[0], key=len)
    return 1
