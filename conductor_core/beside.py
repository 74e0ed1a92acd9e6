"""Waiting for a step beside the graph: no edge leads there, and nobody may wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from conductor_core.scope import StepRun
from workflow_ir.reads import waits_for

if TYPE_CHECKING:
    from conductor_core.run import Run


class Beside:
    """Who waits for whom in a run without an edge of the graph."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._waiting: list[tuple[StepRun, StepRun]] = []
        """Who waits, for which step."""

    def would_settle(self, source: StepRun, waiter: StepRun) -> bool:
        """The source comes to its end without the one who waits, or has come to it."""
        return not any(_inside(waiter, one) for one in self._ahead(source))

    async def settled(self, source: StepRun, waiter: StepRun) -> bool:
        """Wait, with the token out. False: it would be for ever, so nobody waits.

        In graph mode the framework may hold back the source until the one who waits has settled
        (LangGraph's supersteps do), so the conductor starts it and what it needs.

        Raises:
            asyncio.CancelledError: The one who waits is cancelled, or the run pauses.
        """
        if source.record.status.settled:
            return True
        ahead = tuple(self._ahead(source))
        if any(_inside(waiter, one) for one in ahead):
            return False
        run, wait = self._run, (waiter, source)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        source.watchers.append(future)
        self._waiting.append(wait)
        self._urge(ahead)
        try:
            with run.stage.paused.resting():
                await run.stage.park(future)
        finally:
            self._waiting.remove(wait)
            source.watchers.remove(future)
        return True

    def _ahead(self, source: StepRun) -> Iterator[StepRun]:
        """The source and all that have to settle before it, as long as they have not."""
        seen: set[int] = set()
        ahead = [source]
        while ahead:
            step = ahead.pop()
            if step.record.status.settled or id(step) in seen:
                continue
            seen.add(id(step))
            yield step
            others = (step.home.find(address) for address in waits_for(step.step))
            ahead += [other for other in others if other is not None]
            ahead += [other for waiter, other in self._waiting if _inside(waiter, step)]

    def _urge(self, steps: Iterable[StepRun]) -> None:
        run, ready = self._run, list(steps)
        while ready:
            step = ready.pop()
            step.urgent = True
            run.start_ready([step])
            if step.inner is not None:  # of a branch that has decided: its arm may be held back
                step.inner.urgent = True
                ready += step.inner.steps.values()


def _inside(waiter: StepRun, step: StepRun) -> bool:
    """The one who waits is that step, or stands in it: it cannot settle before."""
    own, other = waiter.step.address, step.step.address
    return waiter.home.find(other) is step and (own == other or own.startswith(f"{other}."))
