"""``cancellation``: a run that is cancelled ends so, all of it awaited first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.base import Compiled, OrchestrationAdapter
from conductor_core.journal.memory import MemoryJournal
from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.own_loop import in_own_loop
from melody.testing.conformance.performing import left_of, play
from workflow_ir.events import Event, EventKind


@dataclass(slots=True)
class _CancelsAtTheFirstAttempt(MemoryJournal):
    task: asyncio.Task[Any] | None = None
    cancelled: bool = field(default=False, init=False)

    def append(self, event: Event) -> None:
        MemoryJournal.append(self, event)
        if event.kind is EventKind.ATTEMPT_STARTED and not self.cancelled and self.task is not None:
            self.cancelled = True
            self.task.cancel()


def cancellation_findings(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    *,
    longest_s: float,
) -> Iterator[Finding]:
    """Cancel a run while its first attempt goes on; a case without attempts shows nothing."""

    async def cut_short() -> tuple[_CancelsAtTheFirstAttempt, str, int, tuple[str, ...]]:
        before = asyncio.all_tasks()
        journal = _CancelsAtTheFirstAttempt()
        journal.task = asyncio.ensure_future(play(case, adapter, compiled, start, journal=journal))
        await asyncio.wait({journal.task})
        told = len(journal.events)
        left = await left_of(before)
        return journal, _ending(journal.task), told, left

    try:
        journal, ending, told, left = in_own_loop(cut_short, longest_s=longest_s)
    except TimeoutError as problem:
        yield Finding(Check.CANCELLATION, f"a run that was cancelled: {problem}")
        return
    if not journal.cancelled:
        return
    if ending:
        yield Finding(Check.CANCELLATION, f"a run that was cancelled {ending}")
    if left:
        yield Finding(Check.LEFTOVERS, f"after a cancelled run these go on: {', '.join(left)}")
    later = [event.kind.value for event in journal.events[told:]]
    if later:
        yield Finding(Check.CANCELLATION, f"told after the end of a cancelled run: {later}")
    if journal.events[-1].kind is not EventKind.RUN_FINISHED and not later:
        yield Finding(Check.CANCELLATION, "the end of a cancelled run is not told")


def _ending(task: asyncio.Task[Any]) -> str:
    """How it ended instead of by ``CancelledError``; empty if it did."""
    if task.cancelled():
        return ""
    problem = task.exception()
    if problem is None:
        return f"gave a result, {task.result().result.status.value!r}"
    return f"ended by {type(problem).__name__}: {problem}"
